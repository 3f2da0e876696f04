using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Handles what came from a client: a datagram, or the frame of a stream without its padding.</summary>
    /// <param name="via">The listener or connection it came on.</param>
    /// <param name="client">Its source; of a connection, the remote end.</param>
    /// <param name="datagram">The bytes, which may be changed.</param>
    /// <param name="reply">Where a reply is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <param name="hint">What <see cref="Anticipate"/> said; it may be out of date.</param>
    /// <param name="header">What its IP header said, where that is copied; else the default.</param>
    [MethodImpl(DataPath)]
    public RelayVerdict OnClientDatagram(
        SocketId via, in TransportAddress client, Span<byte> datagram, Span<byte> reply, in Clock now, int hint = NoHint, in IPHeader header = default)
    {
        _incoming = header;
        if (!ChannelData.TryRead(datagram, out ChannelNumber number, out int length))
            return ChannelData.LooksLikeChannelData(datagram)
                ? Drop(RelayCounter.DroppedMalformed)
                : OnStun(via, in client, in client, datagram, reply, in now);

        // Receiving a ChannelData message (RFC 8656 section 12.6).
        ref Allocation allocation = ref _allocations.Find(via, in client, hint, out int index);
        if (index == NoSlot) return OnChannelDataFromElsewhere(via, in client, datagram, reply, in now);

        ref Channel channel = ref _channels.Find(ref allocation, index, number);
        if (Unsafe.IsNullRef(ref channel) || channel.ExpiresAt <= now.Now || ExpiryTowards(in allocation, in channel.Peer) <= now.Now)
            return Drop(RelayCounter.DroppedNoChannel);

        if (channel.IsOwnAddress) return ToOwnAddress(ref channel, ref allocation, datagram, length, reply, now.Now);
        if (!MayPass(ref allocation, length, now.Now, out RelayCounter refusal)) return Drop(refusal);

        CountToPeer(ref allocation, length);
        return Forward(in allocation, in channel.Peer, ChannelData.HeaderLength, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Its many locals would be cleared for each packet of data too.
    private RelayVerdict OnStun(
        SocketId via, in TransportAddress client, in TransportAddress source, Span<byte> datagram, Span<byte> reply, in Clock now)
    {
        StunParseStatus status = StunMessage.TryParse(datagram, out StunMessage message);
        if (status == StunParseStatus.NoMagicCookie) return OnClassic(via, in client, in source, datagram, reply, in now);
        if (status != StunParseStatus.Ok || (message.HasFingerprint && !message.IsFingerprintValid())) return Drop(RelayCounter.DroppedMalformed);

        switch (message.Class)
        {
            case StunClass.Indication when message.Method == StunMethod.Send:
                return OnSend(via, in client, in message, datagram, reply, now.Now);

            // A keep-alive (RFC 8489 section 3).
            case StunClass.Indication when message.Method == StunMethod.Binding:
                return RelayVerdict.Drop;

            case StunClass.Request:
                return OnRequest(via, in client, in source, message, reply, in now);

            default:
                return Drop(RelayCounter.DroppedUnexpected);
        }
    }

    private RelayVerdict OnRequest(
        SocketId via, in TransportAddress client, in TransportAddress source, StunMessage message, Span<byte> reply, in Clock now)
    {
        if (!_listeners.TryGetValue(via, out Listener? listener)) return Drop(RelayCounter.DroppedUnexpected);

        RelayRequest request = default;
        request.Message = message;
        request.Reply = reply;
        request.Via = via;
        request.Client = client;
        request.Source = source;
        request.Listener = listener;
        request.Clock = now;
        request.Allocation = NoSlot;
        if (message.Method == StunMethod.Binding) return OnBinding(ref request);
        if (!IsServed(message.Method)) return Drop(RelayCounter.DroppedUnexpected);

        if (message.Method == StunMethod.Refresh && message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket))
            return OnRefreshWithTicket(ref request, ticket);

        request.Allocation = FindAllocation(via, in client, now.Now);
        if (request.Allocation == NoSlot && IsStranger(listener, in client, out int owner))
            return ToOwner(listener, in client, message.Bytes.Length, owner);

        // Its allocation has just ended on this machine; when the client asks again, it is no stranger any more to the one that it comes to.
        if (request.Allocation == NoSlot && _origin != _shard && message.Method == StunMethod.Allocate) return Drop(RelayCounter.DroppedUnexpected);
        if (!Authenticate(ref request, out RelayVerdict refusal)) return refusal;
        if (HasUnknownAttributes(ref request, UnderstoodIn(ref request), out refusal)) return refusal;
        if (message.Method == StunMethod.Allocate) return OnAllocate(ref request);
        if (message.Method == StunMethod.ConnectionBind) return OnConnectionBind(ref request);

        // An allocation whose socket is being opened is not one yet (RFC 8656 section 5).
        if (request.Allocation == NoSlot || _allocations[request.Allocation].Phase < AllocationPhase.Live)
            return Fail(ref request, StunErrorCode.AllocationMismatch);
        if (_users[_allocations[request.Allocation].User] != request.User) return Fail(ref request, StunErrorCode.WrongCredentials);

        return message.Method switch
        {
            StunMethod.Refresh => OnRefresh(ref request),
            StunMethod.CreatePermission => OnCreatePermission(ref request),
            StunMethod.Connect => OnConnect(ref request),
            _ => OnChannelBind(ref request),
        };
    }

    private bool IsServed(StunMethod method) => method switch
    {
        StunMethod.Allocate or StunMethod.Refresh or StunMethod.CreatePermission or StunMethod.ChannelBind => true,
        StunMethod.Connect or StunMethod.ConnectionBind => _options.TcpRelay,
        _ => false,
    };

    // What is over ends here if the timer is late.
    private int FindAllocation(SocketId via, in TransportAddress client, MonotonicTime now)
    {
        _ = ref _allocations.Find(via, in client, out int index);
        if (index == NoSlot) index = FindMover(via, in client);
        if (index == NoSlot) return NoSlot;
        if (EndIfExpired(index, now)) return NoSlot;
        if (_allocations[index].SweepAt <= now) Sweep(index, now);
        Schedule(index);
        return index;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RelayVerdict Drop(RelayCounter reason)
    {
        _counters.Add(reason);
        return RelayVerdict.Drop;
    }
}
