using System.Buffers;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Fuzz;

internal sealed partial class ClientHarness
{
    private TurnArrival Arrive(ReadOnlySpan<byte> message)
    {
        Span<byte> guarded = GuardedInput.Copy(message);
        TurnArrival arrival = _allocation.OnMessage(guarded, _now);
        if (arrival.Kind is TurnArrivalKind.Data)
            Invariant.Holds(arrival.Offset >= 4 && arrival.Length >= 0 && arrival.Offset + arrival.Length <= message.Length, "Data lies in the message.");
        if (arrival.Kind is TurnArrivalKind.Data or TurnArrivalKind.PathError)
            Invariant.Holds(_wanted.Contains(arrival.Peer.WithPort(0)), "Data comes from peers that were wanted.");
        return arrival;
    }

    private void ArriveFromPeer(in ClientEvent next)
    {
        if (next.Has(0))
        {
            if (next.Payload.Length >= 2) Arrive([.. next.Payload[..2], 0, (byte)(next.Payload.Length - 2), .. next.Payload[2..]]);
            return;
        }

        Span<byte> buffer = stackalloc byte[512];
        TransactionId id = TransactionId.Read("transaction0"u8);
        var writer = new StunMessageWriter(buffer, StunClass.Indication, next.Has(1) ? StunMethod.ConnectionAttempt : StunMethod.Data, in id);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, in Peers[next.Who % Peers.Length]);
        if (next.Has(1)) writer.AddConnectionId(next.Who);
        if (next.Has(2)) writer.AddIcmp(new IcmpError(3, 4, 1280));
        if (!next.Has(2) || next.Has(3)) writer.Add(StunAttributeType.Data, next.Payload);
        Arrive(buffer[..writer.Finish()]);
    }

    private void DoWithPeer(in ClientEvent next)
    {
        TransportAddress peer = Peers[next.Who % Peers.Length];
        switch (next.Flags & 7)
        {
            case 0: Want(in peer, _allocation.Permit(in peer, _now)); break;
            case 1: Want(in peer, _allocation.BindChannel(in peer, _now)); break;
            case 2: _allocation.Forget(in peer, _now); break;
            case 3: _allocation.Connect(in peer, _now); break;
            default: Send(in peer, next.Payload, dontFragment: next.Has(3)); break;
        }
    }

    private void Want(in TransportAddress peer, TurnWrapStatus status)
    {
        if (status is TurnWrapStatus.Ready or TurnWrapStatus.Pending) _wanted.Add(peer.WithPort(0));
    }

    private void Send(in TransportAddress peer, ReadOnlySpan<byte> data, bool dontFragment)
    {
        byte[] packet = [.. new byte[TurnAllocation.Headroom], .. data, 0xEE, 0xEE, 0xEE];
        TurnWrapStatus status = _allocation.TryWrap(in peer, packet, data.Length, _now, out int offset, out int length, dontFragment);
        Want(in peer, status);
        if (status != TurnWrapStatus.Ready) return;

        ReadOnlySpan<byte> message = packet.AsSpan(offset, length);
        if (_options.IsStream)
            Invariant.Holds(TurnFrame.TryRead(message, out _, out int consumed) == OperationStatus.Done && consumed == length, "A frame is whole and padded.");
        if (ChannelData.LooksLikeChannelData(message))
        {
            Invariant.Holds(ChannelData.TryRead(message, out _, out int dataLength) && message.Slice(4, dataLength).SequenceEqual(data), "Data stays what it is.");
            return;
        }

        Invariant.Holds(StunMessage.TryParse(message, out StunMessage indication) == StunParseStatus.Ok, "An indication is a message.");
        Invariant.Holds(
            indication.ReadPeerAddress(out TransportAddress to) == TurnAttributeStatus.Present && to == peer &&
            indication.TryGet(StunAttributeType.Data, out ReadOnlySpan<byte> value) && value.SequenceEqual(data) &&
            indication.Has(StunAttributeType.DontFragment) == dontFragment,
            "An indication says what it is to say.");
    }

    private void DoWithAllocation(in ClientEvent next)
    {
        switch (next.Flags & 7)
        {
            case 0: _allocation.Close(_now); break;
            case 1: _allocation.OnPathChanged(_now); break;
            case 2: _allocation.Renew(ClientKeys.Bob, _now); break;
            case 3: _allocation.Renew(ClientKeys.Token, _now); break;
            case 4: _allocation.Renew(ClientKeys.Alice, _now); break;
            case 5: _allocation.OnPathLost(); break;
            default: _allocation.OnTime(_now); break;
        }
    }
}
