using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>How many ports are tried when other programs have them.</summary>
    private const int MaxPortAttempts = 16;

    /// <summary>Says that a socket was opened as <see cref="RelayCommandKind.OpenRelay"/> or <see cref="RelayCommandKind.Listen"/> asked: the client gets its answer.</summary>
    /// <param name="allocation">The handle in the command.</param>
    /// <param name="relay">The socket's number; none of what listens on TCP.</param>
    /// <param name="reply">Where the answer is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    public RelayVerdict OnRelayOpened(int allocation, SocketId relay, Span<byte> reply, in Clock now)
    {
        ref Allocation opened = ref _allocations.TryFind(allocation, out int index);
        if (index == NoSlot || opened.Phase >= AllocationPhase.Live)
        {
            // Its client is gone. A listener has no number.
            RelayCommandKind close = relay == SocketId.None ? RelayCommandKind.StopListening : RelayCommandKind.CloseRelay;
            _commands.Enqueue(new RelayCommand(close, allocation, relay, default));
            return RelayVerdict.Drop;
        }

        if (opened.Phase == AllocationPhase.OpeningSecond)
        {
            _seconds[opened.Second].Socket = relay;
            return Begin(ref opened, index, reply, now.Now);
        }

        opened.Relay = relay;
        if (!opened.IsDual) return Begin(ref opened, index, reply, now.Now);

        OpenSecond(ref opened);
        return RelayVerdict.Drop;
    }

    /// <summary>
    /// Says that a socket could not be opened. Another port is tried, which is a new command, or a dual allocation does with the other family, or the
    /// client gets 508 (Insufficient Capacity).
    /// </summary>
    /// <inheritdoc cref="OnRelayOpened"/>
    public RelayVerdict OnRelayFailed(int allocation, RelayOpenFailure why, Span<byte> reply, in Clock now)
    {
        ref Allocation failed = ref _allocations.TryFind(allocation, out int index);
        if (index == NoSlot || failed.Phase >= AllocationPhase.Live) return RelayVerdict.Drop;

        if (why == RelayOpenFailure.PortTaken)
        {
            _counters.Add(RelayCounter.PortsTaken);
            if (TryNextPort(ref failed, now.Now)) return RelayVerdict.Drop;
        }

        if (failed.IsDual) return DoWithOne(ref failed, index, reply, now.Now);

        RelayVerdict verdict = WriteAllocateFailure(in failed, reply);
        if (failed.ReservationToken != 0) _group.CancelReservation(failed.ReservationToken);
        Free(index);
        return verdict;
    }

    /// <summary>Says that a socket was closed as <see cref="RelayCommandKind.CloseRelay"/> or <see cref="RelayCommandKind.StopListening"/> asked: another allocation may have its port.</summary>
    /// <param name="local">The address in the command.</param>
    public void OnRelayClosed(in TransportAddress local)
    {
        if (!local.IsNone) _group.ReturnClosed(in local);
    }

    // All sockets are open: it relays, and the client is told.
    private RelayVerdict Begin(ref Allocation allocation, int index, Span<byte> reply, MonotonicTime now)
    {
        allocation.Phase = allocation.IsTcp ? AllocationPhase.Listening : AllocationPhase.Live;
        SetExpiry(ref allocation, IPFamily.None, now + TimeSpan.FromSeconds(allocation.GrantedSeconds));
        Schedule(index);
        if (allocation.IsTcp)
            _group.Hosts[allocation.Host].SetListening(allocation.Relayed.Port);
        else
            _group.Hosts[allocation.Host].SetLive(allocation.Relayed.Port, _shard, allocation.Handle);
        if (allocation.IsDual)
        {
            ref SecondRelay second = ref _seconds[allocation.Second];
            _group.Hosts[second.Host].SetLive(second.Relayed.Port, _shard, allocation.Handle);
        }

        _counters.Add(RelayCounter.AllocationsCreated);
        return _users[allocation.User].Key(allocation.Algorithm) is { } key
            ? WriteAllocateSuccess(in allocation, key, reply)
            : RelayVerdict.Drop;
    }

    // RFC 8656 section 7.2, step 9: of two families that were asked for one is better than none.
    private RelayVerdict DoWithOne(ref Allocation allocation, int index, Span<byte> reply, MonotonicTime now)
    {
        allocation.AdditionalFamilyError = StunErrorCode.InsufficientCapacity;
        if (allocation.Phase == AllocationPhase.OpeningSecond)
        {
            CloseSecond(ref allocation);
            return Begin(ref allocation, index, reply, now);
        }

        ReturnFirst(in allocation);
        PromoteSecond(ref allocation);
        allocation.PortAttempts = 0;
        Occupy(ref allocation, new PortLease(allocation.Host, allocation.Relayed.Port, 0));
        return RelayVerdict.Drop;
    }

    private bool TryNextPort(ref Allocation allocation, MonotonicTime now)
    {
        bool isSecond = allocation.Phase == AllocationPhase.OpeningSecond;
        ref TransportAddress relayed = ref isSecond ? ref _seconds[allocation.Second].Relayed : ref allocation.Relayed;
        int host = isSecond ? _seconds[allocation.Second].Host : allocation.Host;
        var taken = new PortLease(host, relayed.Port, isSecond ? 0 : allocation.ReservationToken);
        var request = new LeaseRequest
        {
            Account = _users[allocation.User].Account,
            Client = SourceOf(in allocation),
            IsExempt = allocation.IsExempt,
            Family = relayed.Family,
            Reached = _group.Hosts[host].Local,
            Choice = allocation.PortAttempts < MaxPortAttempts ? allocation.PortChoice : PortChoice.Reserved,
        };
        bool found = _group.TryExchange(in request, in taken, now, out PortLease lease);

        // Its port is the pool's again, and so is what it had reserved.
        relayed = relayed.WithPort(0);
        if (!isSecond) allocation.ReservationToken = 0;
        if (found) Occupy(ref allocation, in lease);
        return found;
    }

    /// <summary>The answer to Allocate (RFC 8656 section 7.2), the same whenever it is written.</summary>
    private RelayVerdict WriteAllocateSuccess(ref readonly Allocation allocation, IntegrityKey key, Span<byte> reply)
    {
        var writer = new StunMessageWriter(reply, StunClass.SuccessResponse, StunMethod.Allocate, in allocation.Request);
        writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in allocation.Relayed);
        if (allocation.IsDual) writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in _seconds[allocation.Second].Relayed);
        writer.AddLifetime(allocation.GrantedSeconds);
        if (allocation.ReservationToken != 0) writer.AddReservationToken(allocation.ReservationToken);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in SourceOf(in allocation));
        if (allocation.AdditionalFamilyError != StunErrorCode.None)
            writer.AddAddressErrorCode(allocation.Family == IPFamily.IPv4 ? IPFamily.IPv6 : IPFamily.IPv4, allocation.AdditionalFamilyError);
        AddTicket(in allocation, ref writer);
        if (_software.Length > 0) writer.Add(StunAttributeType.Software, _software);
        if (allocation.Transmission > 0) writer.AddTransmitCounter(new TransmitCounter(allocation.Transmission, Responses: 0));
        return ReplyTo(in allocation, writer.Finish(key, allocation.Integrity, allocation.WantsFingerprint));
    }

    private RelayVerdict WriteAllocateFailure(ref readonly Allocation allocation, Span<byte> reply)
    {
        if (_users[allocation.User].Key(allocation.Algorithm) is not { } key) return RelayVerdict.Drop;

        _counters.Add(RelayCounter.InsufficientCapacity);
        var writer = new StunMessageWriter(reply, StunClass.ErrorResponse, StunMethod.Allocate, in allocation.Request);
        writer.AddErrorCode(StunErrorCode.InsufficientCapacity);
        if (_software.Length > 0) writer.Add(StunAttributeType.Software, _software);
        if (allocation.Transmission > 0) writer.AddTransmitCounter(new TransmitCounter(allocation.Transmission, Responses: 0));
        return ReplyTo(in allocation, writer.Finish(key, allocation.Integrity, allocation.WantsFingerprint));
    }

    private RelayVerdict ReplyTo(ref readonly Allocation allocation, int length) =>
        length == 0
            ? Drop(RelayCounter.DroppedTooLong)
            : new RelayVerdict(RelayAction.Reply, allocation.Via, allocation.Client, 0, length);
}
