using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RelayVerdict OnChannelDataFromElsewhere(SocketId via, in TransportAddress client, Span<byte> datagram, Span<byte> reply, in Clock now) =>
        HasMoved(via, in client)
            ? OnClientDatagram(via, in client, datagram, reply, in now, NoHint, _incoming)
            : ToOwner(via, in client, datagram, RelayCounter.DroppedNoChannel);

    [MethodImpl(DataPath)]
    private RelayVerdict ToOwnAddress(
        ref Channel channel, ref Allocation allocation, Span<byte> datagram, int length, Span<byte> reply, MonotonicTime now)
    {
        PeerRoute route = RouteTo(ref channel, out int target, out int shard);
        return ToPeerBy(route, target, shard, in channel.Peer, ref allocation, datagram, ChannelData.HeaderLength, length, reply, now);
    }

    /// <summary>Receiving a Send indication (RFC 8656 section 11.2).</summary>
    private RelayVerdict OnSend(
        SocketId via, in TransportAddress client, scoped in StunMessage message, Span<byte> datagram, Span<byte> reply, MonotonicTime now)
    {
        ref Allocation allocation = ref _allocations.Find(via, in client, out int index);
        if (index == NoSlot)
        {
            if (!HasMoved(via, in client)) return ToOwner(via, in client, datagram, RelayCounter.DroppedNoAllocation);
            allocation = ref _allocations.Find(via, in client, out index);
        }

        if (allocation.Phase != AllocationPhase.Live) return Drop(RelayCounter.DroppedNoAllocation);
        if (!TryReadSend(in message, datagram, out TransportAddress peer, out int offset, out int length, out bool asksForDf))
            return Drop(RelayCounter.DroppedMalformed);
        if (ExpiryTowards(in allocation, in peer) <= now) return Drop(RelayCounter.DroppedNoAllocation);

        int permissionIndex = _permissions.Find(index, in peer);
        if (permissionIndex == NoSlot) return Drop(RelayCounter.DroppedNoPermission);

        ref Permission permission = ref _permissions[permissionIndex];
        if (permission.ExpiresAt <= now) return Drop(RelayCounter.DroppedNoPermission);
        if (!TryMeetPort(ref allocation, ref permission, peer.Port, now)) return Drop(RelayCounter.DroppedNewPeers);
        bool setsDf = asksForDf && ObeysDontFragment(in allocation, in peer);
        RelayVerdict verdict;
        if (permission.ChecksPorts)
        {
            PeerRoute route = RouteTo(in peer, out int target, out int shard);
            verdict = ToPeerBy(route, target, shard, in peer, ref allocation, datagram, offset, length, reply, now);
            setsDf &= route == PeerRoute.Socket;
        }
        else
        {
            verdict = ToPeer(ref allocation, in peer, offset, length, now);
        }

        return setsDf && verdict.Action == RelayAction.Forward ? verdict with { Action = RelayAction.ForwardUnfragmented } : verdict;
    }

    // Where a datagram changes its family or is IPv6, the attribute is ignored (RFC 8656 section 13); what comes by a stream is no datagram yet.
    private static bool ObeysDontFragment(ref readonly Allocation allocation, in TransportAddress peer) =>
        allocation.IsStream || (allocation.Client.IsIPv4 && peer.IsIPv4);

    private bool TryReadSend(
        scoped in StunMessage message,
        ReadOnlySpan<byte> datagram,
        out TransportAddress peer,
        out int offset,
        out int length,
        out bool asksForDf)
    {
        peer = default;
        offset = length = -1;
        asksForDf = false;
        foreach (StunAttribute attribute in message)
        {
            switch (attribute.Type)
            {
                case StunAttributeType.XorPeerAddress when peer.IsNone:
                    if (!message.TryReadXorAddress(attribute.Value, out peer) || peer.Port == 0) return false;
                    break;

                case StunAttributeType.Data when length < 0:
                    length = attribute.Value.Length;
                    if (!datagram.Overlaps(attribute.Value, out offset)) offset = 0; // No data, so it begins anywhere.
                    break;

                case StunAttributeType.DontFragment when _options.SupportsDontFragment:
                    asksForDf = true;
                    break;

                case StunAttributeType.DontFragment:
                    return false;

                default:
                    if (!Understood.Understands(attribute.Type)) return false;
                    break;
            }
        }

        return !peer.IsNone && length >= 0;
    }

    // A peer on one of the server's own addresses, or under a policy with ports: whether it may be reached depends on the packet.
    [MethodImpl(DataPath)]
    private RelayVerdict ToPeerBy(
        PeerRoute route,
        int target,
        int shard,
        in TransportAddress peer,
        ref Allocation allocation,
        Span<byte> datagram,
        int offset,
        int length,
        Span<byte> reply,
        MonotonicTime now)
    {
        if (route == PeerRoute.Refused) return Drop(RelayCounter.DroppedByPolicy);

        RelayVerdict sent = ToPeer(ref allocation, in peer, offset, length, now);
        if (route == PeerRoute.Socket || sent.Action == RelayAction.Drop) return sent;
        if (route == PeerRoute.OtherShard)
            return ToShard(new HandOver(HandOverKind.Data, _shard, shard, target, in RelayedTowards(ref allocation, in peer)), offset, length);

        _counters.Add(RelayCounter.PacketsInProcess);
        int slot = AllocationHandle.IndexOf(target);
        return ToClient(ref _allocations[slot], slot, in RelayedTowards(ref allocation, in peer), datagram, offset, length, reply, now);
    }

    private RelayVerdict ToPeer(ref Allocation allocation, in TransportAddress peer, int offset, int length, MonotonicTime now)
    {
        if (!MayPass(ref allocation, length, now, out RelayCounter refusal)) return Drop(refusal);

        CountToPeer(ref allocation, length);
        return Forward(in allocation, in peer, offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayPass(ref Allocation allocation, int length, MonotonicTime now, out RelayCounter refusal)
    {
        refusal = _incoming.IsSpent ? RelayCounter.DroppedHopLimit : RelayCounter.DroppedOverRate;
        return !_incoming.IsSpent && (allocation.IsExempt || TrySpend(ref allocation, length, now));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySpend(ref Allocation allocation, int length, MonotonicTime now) =>
        _rate.TrySpend(ref allocation.BucketEmptyAt, length, now) && (!_limitsUsers || TrySpendOfUser(in allocation, length, now));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TrySpendOfUser(ref readonly Allocation allocation, int length, MonotonicTime now) =>
        _users[allocation.User].Rate is not { } shared || shared.TrySpend(in _userRate, length, now);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountToPeer(ref Allocation allocation, int length)
    {
        allocation.PacketsToPeers++;
        allocation.BytesToPeers += length;
        _counters.Add(RelayCounter.PacketsToPeers);
        _counters.Add(RelayCounter.BytesToPeers, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RelayVerdict Forward(ref readonly Allocation allocation, in TransportAddress peer, int offset, int length) =>
        new(RelayAction.Forward, SocketTowards(in allocation, in peer), peer, offset, length) { Header = _incoming.Forwarded };
}
