using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <content>Allocations whose clients may move to another 5-tuple (RFC 8016).</content>
public sealed partial class RelayMachine
{
    private readonly Dictionary<int, MobileAllocation> _mobile = [];

    /// <summary>Receiving a Refresh request with MOBILITY-TICKET (RFC 8016 section 3.2.2), in the order of its checks.</summary>
    private RelayVerdict OnRefreshWithTicket(scoped ref RelayRequest request, scoped ReadOnlySpan<byte> text)
    {
        Ticket ticket = default;
        bool isTicket = _tickets is not null && _tickets.TryOpen(text, out ticket);
        var path = new ClientPath(request.Via, request.Client);
        bool isElsewhere = isTicket && ticket.Shard != _shard && _origin == _shard;
        if (isElsewhere && !HasOtherAllocation(in path, NoSlot))
        {
            return request.Listener.Kind == ListenerKind.Stream
                ? WithConnection(ref request, ticket.Shard)
                : ToOwner(request.Listener, in request.Client, request.Message.Bytes.Length, ticket.Shard);
        }

        // The 5-tuple of the request is not asked: the ticket says which allocation is meant.
        request.Allocation = isTicket ? FindMobile(in ticket, request.Clock.Now) : NoSlot;
        if (!Authenticate(ref request, out RelayVerdict refusal) || HasUnknownAttributes(ref request, UnderstoodIn(ref request), out refusal)) return refusal;
        if (_tickets is null) return Fail(ref request, StunErrorCode.MobilityForbidden);
        if (!isTicket) return Fail(ref request, StunErrorCode.BadRequest);
        if (request.Allocation == NoSlot) return Fail(ref request, StunErrorCode.AllocationMismatch);

        ref Allocation allocation = ref _allocations[request.Allocation];
        if (_users[allocation.User] != request.User) return Fail(ref request, StunErrorCode.WrongCredentials);

        MobileAllocation mobile = _mobile[request.Allocation];
        bool isAgain = ticket.Number == mobile.Redeemed && path == mobile.Newest;
        bool isUnmoved = allocation.IsOf(request.Via, in request.Client);
        if (!isAgain && (ticket.Number != mobile.Ticket || isUnmoved)) return Fail(ref request, StunErrorCode.BadRequest);
        if (!isAgain && HasOtherAllocation(in path, request.Allocation)) return Fail(ref request, StunErrorCode.AllocationMismatch);
        if (!isAgain && MayLoop(ref request)) return Fail(ref request, StunErrorCode.Forbidden);

        StunErrorCode error = ReadRefresh(ref request, out IPFamily family, out uint granted);
        if (error != StunErrorCode.None) return Fail(ref request, error);
        bool endsExemption = !isAgain && granted > 0 && allocation.IsExempt && !request.Source.IsLoopback;
        if (endsExemption && !TryEndExemption(ref request, mobile)) return Fail(ref request, StunErrorCode.AllocationQuotaReached);
        if (!isAgain && granted > 0 && !TryBeginMove(ref request, mobile, in path)) return Fail(ref request, StunErrorCode.InsufficientCapacity);

        Span<byte> next = stackalloc byte[TicketSealer.Length];
        SealTicket(request.Allocation, next);
        ApplyRefresh(ref request, family, granted);
        StunMessageWriter writer = BeginSuccess(ref request);
        writer.AddLifetime(granted);
        if (granted > 0) writer.Add(StunAttributeType.MobilityTicket, next);
        AddSoftware(ref request, ref writer);
        return Finish(ref request, ref writer, RelayCounter.Refreshes);
    }

    // Only a client on loopback is free of quotas and rates; one that goes elsewhere has them from there on.
    private bool TryEndExemption(scoped ref RelayRequest request, MobileAllocation mobile)
    {
        RelayUser user = request.User!;
        ref Allocation allocation = ref _allocations[request.Allocation];
        if (!_group.TryEndExemption(user.Account, in request.Source, ports: allocation.IsDual ? 2 : 1)) return false;

        allocation.IsExempt = false;
        mobile.Charged = request.Source;
        if (_limitsUsers) user.Rate = _group.RateOf(user.Account, isExempt: false);
        return true;
    }

    private int FindMobile(in Ticket ticket, MonotonicTime now)
    {
        if (ticket.Shard != _shard) return NoSlot;

        ref Allocation allocation = ref _allocations.TryFind(ticket.Handle, out int index);
        bool isThere = index != NoSlot && allocation.IsOpen && !EndIfExpired(index, now) && _mobile.ContainsKey(index);
        return isThere ? index : NoSlot;
    }

    private bool HasOtherAllocation(in ClientPath path, int index)
    {
        TransportAddress client = path.Client;
        _ = ref _allocations.Find(path.Via, in client, out int present);
        if (present == NoSlot) _movers.TryGet(in path, out present);
        return present != NoSlot && present != index;
    }

    /// <summary>Lets the client come by its new path too. One hand-over is pending at most: a newer one takes its place.</summary>
    private bool TryBeginMove(scoped ref RelayRequest request, MobileAllocation mobile, in ClientPath path)
    {
        if (_origin != _shard && !_group.TryAddByNumber(_origin, request.Listener.Number, in request.Client, _shard)) return false;

        CancelMove(mobile, keeps: in path);
        mobile.Redeem(_random.NextUInt64(), in path, in request.Source, _origin);
        _movers.TryAdd(in path, request.Allocation);
        if (request.Listener.Kind == ListenerKind.Stream)
            _commands.Enqueue(new RelayCommand(RelayCommandKind.TrustClient, 0, SocketId.None, default) { Client = request.Via });

        // Where the old connection is gone there is nothing to wait for.
        if (_allocations[request.Allocation].Phase == AllocationPhase.Orphaned) CompleteMove(request.Allocation);
        return true;
    }

    /// <summary>Finds the allocation of a client by the path that it moves to, if there is one.</summary>
    private int FindMover(SocketId via, in TransportAddress client) =>
        _movers.Count > 0 && _movers.TryGet(new ClientPath(via, client), out int index) ? index : NoSlot;

    /// <summary>Data by the new path ends the old one (RFC 8016 section 3.2.2).</summary>
    private bool HasMoved(SocketId via, in TransportAddress client)
    {
        int index = FindMover(via, in client);
        if (index == NoSlot) return false;

        CompleteMove(index);
        return true;
    }

    private void CompleteMove(int index)
    {
        MobileAllocation mobile = _mobile[index];
        ref Allocation allocation = ref _allocations[index];
        ClientPath path = mobile.Newest;
        TransportAddress client = path.Client;
        _movers.Remove(in path);
        ForgetStranger(mobile.Shard, allocation.Via, in allocation.Client);
        _allocations.Move(index, path.Via, in client);
        SetSource(in allocation, mobile.NewestSource);
        allocation.IsStream = _listeners.TryGetValue(path.Via, out Listener? listener) && listener.Kind == ListenerKind.Stream;
        allocation.Phase = AllocationPhase.Live;
        mobile.Shard = mobile.NewestShard;
        mobile.IsPending = false;
        _counters.Add(RelayCounter.Moves);
    }

    // A path that comes again stays a stranger's.
    private void CancelMove(MobileAllocation mobile, in ClientPath keeps)
    {
        if (!mobile.IsPending) return;

        ClientPath path = mobile.Newest;
        mobile.IsPending = false;
        _movers.Remove(in path);
        if (path != keeps) ForgetStranger(mobile.NewestShard, path.Via, path.Client);
    }

    private void ForgetStranger(int shard, SocketId via, in TransportAddress client)
    {
        if (shard != _shard && _listeners.TryGetValue(via, out Listener? listener)) _group.RemoveByNumber(shard, listener.Number, in client, _shard);
    }

    /// <summary>A connection was closed. A mobile allocation waits for its client until it expires, and counts in the quotas as before.</summary>
    private bool TryOrphan(int index)
    {
        if (!_mobile.TryGetValue(index, out MobileAllocation? mobile) || !_allocations[index].IsOpen) return false;

        if (mobile.IsPending)
        {
            CompleteMove(index);
        }
        else
        {
            ref Allocation allocation = ref _allocations[index];
            _allocations.Move(index, SocketId.None, in allocation.Client);
            allocation.Phase = AllocationPhase.Orphaned;
        }

        return true;
    }

    private void SealTicket(int index, Span<byte> destination) =>
        _tickets!.Seal(new Ticket(_shard, _allocations[index].Handle, _mobile[index].Ticket), destination);

    private void AddTicket(ref readonly Allocation allocation, ref StunMessageWriter writer)
    {
        int index = AllocationHandle.IndexOf(allocation.Handle);
        if (!_mobile.ContainsKey(index)) return;

        Span<byte> ticket = stackalloc byte[TicketSealer.Length];
        SealTicket(index, ticket);
        writer.Add(StunAttributeType.MobilityTicket, ticket);
    }

    /// <summary>The source whose quota an allocation counts in.</summary>
    private TransportAddress ChargedSource(ref readonly Allocation allocation) =>
        _mobile.TryGetValue(AllocationHandle.IndexOf(allocation.Handle), out MobileAllocation? mobile) ? mobile.Charged : SourceOf(in allocation);

    private void Immobilize(int index)
    {
        if (!_mobile.Remove(index, out MobileAllocation? mobile)) return;

        ref Allocation allocation = ref _allocations[index];
        CancelMove(mobile, keeps: default);
        ForgetStranger(mobile.Shard, allocation.Via, in allocation.Client);
    }
}
