using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Receiving a ChannelBind request (RFC 8656 section 12.2).</summary>
    private RelayVerdict OnChannelBind(scoped ref RelayRequest request)
    {
        TurnAttributeStatus number = request.Message.ReadChannelNumber(out ChannelNumber channel);
        TurnAttributeStatus address = request.Message.ReadPeerAddress(out TransportAddress peer);
        bool isBad = number != TurnAttributeStatus.Present || address != TurnAttributeStatus.Present || !CanBeBound(channel) || peer.Port == 0 ||
            _allocations[request.Allocation].IsTcp;
        StunErrorCode error = isBad ? StunErrorCode.BadRequest : CheckChannel(ref request, channel, in peer);
        if (error != StunErrorCode.None) return Fail(ref request, error);

        BindChannel(request.Allocation, channel, in peer, request.Clock.Now);
        StunMessageWriter writer = BeginSuccess(ref request);
        return Finish(ref request, ref writer, RelayCounter.ChannelBinds);
    }

    private bool CanBeBound(ChannelNumber channel) => _options.ServeClassicChannels ? channel.IsClassic : channel.IsValid;

    private StunErrorCode CheckChannel(scoped ref RelayRequest request, ChannelNumber number, in TransportAddress peer)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        ref Channel byNumber = ref _channels.Find(ref allocation, request.Allocation, number);
        ref Channel byPeer = ref _channels.Find(ref allocation, request.Allocation, in peer);

        // A binding that is over still blocks its number and its peer for others, for as long as a client must wait.
        if (!Unsafe.AreSame(ref byNumber, ref byPeer)) return StunErrorCode.BadRequest;
        if (!HasFamily(in allocation, peer.Family)) return StunErrorCode.PeerAddressFamilyMismatch;
        if (SpecialPurposeNetworks.IsTunnel(in request.Source) || RouteTo(in peer, out _, out _) == PeerRoute.Refused) return StunErrorCode.Forbidden;

        bool needsPermission = _permissions.Find(request.Allocation, in peer) == NoSlot;
        bool isFull = (Unsafe.IsNullRef(ref byNumber) && allocation.ChannelCount >= _options.MaxChannels) ||
            (needsPermission && allocation.PermissionCount >= _options.MaxPermissions);
        if (needsPermission && !isFull) isFull = !TryMeet(ref allocation, 1, request.Clock.Now);
        return isFull ? StunErrorCode.InsufficientCapacity : StunErrorCode.None;
    }

    private void BindChannel(int allocationIndex, ChannelNumber number, in TransportAddress peer, MonotonicTime now)
    {
        int permission = InstallPermission(allocationIndex, in peer, now);
        ref Allocation allocation = ref _allocations[allocationIndex];
        MonotonicTime expiresAt = now + Channel.Lifetime;
        ref Channel channel = ref _channels.Find(ref allocation, allocationIndex, number);
        if (Unsafe.IsNullRef(ref channel))
        {
            channel = ref _channels.Add(ref allocation, allocationIndex, number, in peer);
            channel.Permission = permission;
            channel.PermittedUntil = _permissions[permission].ExpiresAt;
            channel.IsOwnAddress = _group.IsOwnAddress(peer.Unmapped());
            channel.RouteVersion = RouteVersion - 1;
            _permissions[permission].Channels++;
            SweepBy(allocationIndex, expiresAt + Channel.Quarantine);
        }

        channel.ExpiresAt = expiresAt;
    }

    /// <summary>Dooms a channel: it goes with the next <see cref="ChannelTable.RemoveDoomed"/>.</summary>
    private void Doom(ref Channel channel)
    {
        channel.IsDoomed = true;
        _permissions[channel.Permission].Channels--;
    }

    /// <summary>Removes the channels to the peers of a family; <see cref="IPFamily.None"/> for all.</summary>
    private void RemoveChannels(ref Allocation allocation, IPFamily family)
    {
        for (int i = ChannelTable.Begin(in allocation); i != ChannelTable.End; i = _channels.Next(in allocation, i))
        {
            ref Channel channel = ref _channels.At(ref allocation, i);
            if (family == IPFamily.None || channel.Peer.Family == family) Doom(ref channel);
        }

        _channels.RemoveDoomed(ref allocation);
    }
}
