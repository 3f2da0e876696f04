using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    private readonly Slab<Channel> _channels;
    private readonly KeyedIndex<ClientChannelKey> _channelsByNumber;
    private readonly KeyedIndex<PeerKey> _channelsByPeer;

    /// <summary>Receiving a ChannelBind request (RFC 8656 section 12.2).</summary>
    private RelayVerdict OnChannelBind(scoped ref RelayRequest request)
    {
        TurnAttributeStatus number = request.Message.ReadChannelNumber(out ChannelNumber channel);
        TurnAttributeStatus address = request.Message.ReadPeerAddress(out TransportAddress peer);
        bool isBad = number != TurnAttributeStatus.Present || address != TurnAttributeStatus.Present || !CanBeBound(channel) || peer.Port == 0;
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
        bool hasNumber = _channelsByNumber.TryGet(new ClientChannelKey(allocation.Client, allocation.Via, number), out int byNumber);
        bool hasPeer = _channelsByPeer.TryGet(new PeerKey(peer, request.Allocation), out int byPeer);

        // A binding that is over still blocks its number and its peer for others, for as long as a client must wait.
        if ((hasNumber || hasPeer) && byNumber != byPeer) return StunErrorCode.BadRequest;
        if (peer.Family != allocation.Family) return StunErrorCode.PeerAddressFamilyMismatch;
        if (SpecialPurposeNetworks.IsTunnel(in request.Client) || RouteTo(in peer, out _, out _) == PeerRoute.Refused) return StunErrorCode.Forbidden;

        bool needsPermission = !_permissionsByAddress.TryGet(new PeerKey(peer.WithPort(0), request.Allocation), out _);
        bool isFull = (!hasNumber && allocation.ChannelCount >= _options.MaxChannels) ||
            (needsPermission && allocation.PermissionCount >= _options.MaxPermissions);
        return isFull ? StunErrorCode.InsufficientCapacity : StunErrorCode.None;
    }

    private void BindChannel(int allocationIndex, ChannelNumber number, in TransportAddress peer, MonotonicTime now)
    {
        int permission = InstallPermission(allocationIndex, in peer, now);
        ref Allocation allocation = ref _allocations[allocationIndex];
        MonotonicTime expiresAt = now + Channel.Lifetime;
        var key = new ClientChannelKey(allocation.Client, allocation.Via, number);
        if (_channelsByNumber.TryGet(key, out int index))
        {
            _channels[index].ExpiresAt = expiresAt;
            return;
        }

        _channels.TryTake(out index);
        _channelsByNumber.TryAdd(key, index);
        _channelsByPeer.TryAdd(new PeerKey(peer, allocationIndex), index);
        _channels[index] = new Channel
        {
            Peer = peer,
            ExpiresAt = expiresAt,
            Allocation = allocationIndex,
            Permission = permission,
            Next = allocation.FirstChannel,
            Number = number,
            IsOwnAddress = _group.IsOwnAddress(in peer),
        };
        _permissions[permission].Channels++;
        allocation.FirstChannel = index;
        allocation.ChannelCount++;
        SweepBy(allocationIndex, expiresAt + Channel.Quarantine);
    }

    private void RemoveChannels(ref Allocation allocation)
    {
        for (int index = allocation.FirstChannel; index != Allocation.EndOfList;)
        {
            int next = _channels[index].Next;
            RemoveChannel(ref allocation, index);
            index = next;
        }

        allocation.FirstChannel = Allocation.EndOfList;
        allocation.ChannelCount = 0;
    }

    // Unlinking is the caller's.
    private void RemoveChannel(ref Allocation allocation, int index)
    {
        ref Channel channel = ref _channels[index];
        _channelsByNumber.Remove(new ClientChannelKey(allocation.Client, allocation.Via, channel.Number));
        _channelsByPeer.Remove(new PeerKey(channel.Peer, channel.Allocation));
        _permissions[channel.Permission].Channels--;
        _channels.Release(index);
    }
}
