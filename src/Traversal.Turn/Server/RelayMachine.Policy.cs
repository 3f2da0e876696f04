using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>How a peer is reached.</summary>
    private enum PeerRoute : byte
    {
        /// <summary>Not at all.</summary>
        Refused,

        /// <summary>Through the relay socket.</summary>
        Socket,

        /// <summary>It is an allocation of this machine.</summary>
        InProcess,

        /// <summary>It is an allocation of another machine of the group.</summary>
        OtherShard,
    }

    /// <summary>The peers that may be reached.</summary>
    public PeerPolicy PeerPolicy => _policy;

    // Both numbers only grow, so their sum changes whenever one does.
    private int RouteVersion => _group.Version + _policyVersion;

    /// <summary>Replaces the peer policy. Permissions, channels and connections that it refuses end at once.</summary>
    public void ReplacePeerPolicy(PeerPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _policyVersion++;
        for (int index = 0; index < _allocations.End; index++)
        {
            if (!_allocations.IsTaken(index)) continue;
            RevokeChannels(ref _allocations[index]);
            RevokePermissions(ref _allocations[index]);
            if (_allocations[index].IsTcp) RevokeConnections(index);
        }
    }

    /// <summary>Whether an IP address may have a permission, and whether the port of each packet must be looked at.</summary>
    private bool MayPermit(in TransportAddress address, out bool checksPorts)
    {
        PeerAccess access = _policy.EvaluateAddress(in address);
        TransportAddress plain = address.Unmapped();
        checksPorts = true;
        if (_group.TryFindHost(in plain, out _)) return true; // A live relay may be there.
        if (_group.IsOwnAddress(in plain)) return access == PeerAccess.AllowedByRule;

        checksPorts = _policy.HasPortRules;
        return access != PeerAccess.Denied;
    }

    /// <summary>Decides about a peer with its port: live relays of the server can always be reached.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="target">The handle of its allocation, when it is one.</param>
    /// <param name="shard">The number of the machine that has it.</param>
    private PeerRoute RouteTo(in TransportAddress peer, out int target, out int shard)
    {
        TransportAddress plain = peer.Unmapped();
        int host = _group.TryFindHost(in plain, out RelayHost found) ? found.Number : NoSlot;
        if (TryFindRelay(host, peer.Port, out PeerRoute route, out target, out shard)) return route;
        return MayUseSocket(in plain) ? PeerRoute.Socket : PeerRoute.Refused;
    }

    /// <summary>The same for the peer of a channel, which remembers all but whether a relay is live.</summary>
    [MethodImpl(DataPath)]
    private PeerRoute RouteTo(ref Channel channel, out int target, out int shard)
    {
        int version = RouteVersion;
        if (channel.RouteVersion != version)
        {
            TransportAddress plain = channel.Peer.Unmapped();
            channel.Host = (short)(_group.TryFindHost(in plain, out RelayHost host) ? host.Number : NoSlot);
            channel.MayUseSocket = MayUseSocket(in plain);
            channel.RouteVersion = version;
        }

        if (TryFindRelay(channel.Host, channel.Peer.Port, out PeerRoute route, out target, out shard)) return route;
        return channel.MayUseSocket ? PeerRoute.Socket : PeerRoute.Refused;
    }

    private bool TryFindRelay(int host, ushort port, out PeerRoute route, out int target, out int shard)
    {
        (route, target, shard) = (PeerRoute.Refused, 0, 0);
        if (host == NoSlot || !_group.Hosts[host].TryGetLive(port, out shard, out target)) return false;

        route = shard == _shard ? PeerRoute.InProcess : PeerRoute.OtherShard;
        return true;
    }

    /// <summary>Whether the policy lets packets out to a peer. To the server's own addresses only a rule does, to its listeners nothing.</summary>
    private bool MayUseSocket(in TransportAddress peer)
    {
        if (_group.IsOwnEndpoint(in peer)) return false;

        PeerAccess least = _group.IsOwnAddress(in peer) ? PeerAccess.AllowedByRule : PeerAccess.Allowed;
        return _policy.Evaluate(in peer) >= least;
    }

    // A packet could go round between the relay and a tunnel (RFC 8656 section 21.4), or between the relay and itself.
    private bool MayLoop(scoped ref RelayRequest request) => SpecialPurposeNetworks.IsTunnel(in request.Source) || IsOwnRelay(ref request);

    // Over the same transport: on this machine a client's TCP port may have the number of a relay's UDP port.
    private bool IsOwnRelay(scoped ref RelayRequest request)
    {
        TransportAddress plain = request.Source.Unmapped();
        if (!_group.TryFindHost(in plain, out RelayHost host)) return false;
        return request.Listener.Kind == ListenerKind.Stream ? host.IsListening(plain.Port) : host.TryGetLive(plain.Port, out _, out _);
    }

    private void RevokeChannels(ref Allocation allocation)
    {
        for (int i = ChannelTable.Begin(in allocation); i != ChannelTable.End; i = _channels.Next(in allocation, i))
        {
            ref Channel channel = ref _channels.At(ref allocation, i);
            channel.IsOwnAddress = _group.IsOwnAddress(channel.Peer.Unmapped());
            if (RouteTo(in channel.Peer, out _, out _) != PeerRoute.Refused) continue;

            Doom(ref channel);
            _counters.Add(RelayCounter.RevokedByPolicy);
        }

        _channels.RemoveDoomed(ref allocation);
    }

    private void RevokePermissions(ref Allocation allocation)
    {
        int first = NoSlot;
        for (int index = allocation.FirstPermission; index != NoSlot;)
        {
            ref Permission permission = ref _permissions[index];
            int next = permission.Next;

            // An allowed channel has an allowed address, so none is left without its permission.
            if (!MayPermit(in permission.Address, out permission.ChecksPorts))
            {
                _permissions.Remove(ref allocation, index);
                _counters.Add(RelayCounter.RevokedByPolicy);
            }
            else
            {
                permission.Next = first;
                first = index;
            }

            index = next;
        }

        allocation.FirstPermission = first;
    }
}
