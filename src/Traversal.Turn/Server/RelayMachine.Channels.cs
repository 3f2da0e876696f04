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
        int byNumber = _channels.FindByNumber(allocation.Via, in allocation.Client, number);

        // A binding that is over still blocks its number and its peer for others, for as long as a client must wait.
        if (byNumber != _channels.FindByPeer(request.Allocation, in peer)) return StunErrorCode.BadRequest;
        if (peer.Family != allocation.Family) return StunErrorCode.PeerAddressFamilyMismatch;
        if (SpecialPurposeNetworks.IsTunnel(in request.Client) || RouteTo(in peer, out _, out _) == PeerRoute.Refused) return StunErrorCode.Forbidden;

        bool needsPermission = _permissions.Find(request.Allocation, in peer) == NoSlot;
        bool isFull = (byNumber == NoSlot && allocation.ChannelCount >= _options.MaxChannels) ||
            (needsPermission && allocation.PermissionCount >= _options.MaxPermissions);
        return isFull ? StunErrorCode.InsufficientCapacity : StunErrorCode.None;
    }

    private void BindChannel(int allocationIndex, ChannelNumber number, in TransportAddress peer, MonotonicTime now)
    {
        int permission = InstallPermission(allocationIndex, in peer, now);
        ref Allocation allocation = ref _allocations[allocationIndex];
        MonotonicTime expiresAt = now + Channel.Lifetime;
        int index = _channels.FindByNumber(allocation.Via, in allocation.Client, number);
        if (index == NoSlot)
        {
            index = _channels.Add(ref allocation, allocationIndex, ref _permissions[permission], permission, number, in peer);
            _channels[index].PermittedUntil = _permissions[permission].ExpiresAt;
            _channels[index].IsOwnAddress = _group.IsOwnAddress(in peer);
            SweepBy(allocationIndex, expiresAt + Channel.Quarantine);
        }

        _channels[index].ExpiresAt = expiresAt;
    }

    private void RemoveChannels(ref Allocation allocation)
    {
        for (int index = allocation.FirstChannel; index != NoSlot;)
        {
            int next = _channels[index].Next;
            RemoveChannel(ref allocation, index);
            index = next;
        }

        allocation.FirstChannel = NoSlot;
    }

    // Taking it out of the allocation's list is the caller's.
    private void RemoveChannel(ref Allocation allocation, int index) =>
        _channels.Remove(ref allocation, ref _permissions[_channels[index].Permission], index);
}
