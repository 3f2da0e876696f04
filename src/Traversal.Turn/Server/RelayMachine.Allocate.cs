using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>What an Allocate asks for, once it has been found to be well-formed.</summary>
    private struct AllocateTerms
    {
        public bool IsTcp;
        public IPFamily Family;
        public PortChoice Choice;
        public ulong Token;
        public uint Seconds;

        /// <summary>Whether an IPv6 relayed address is to be had beside the IPv4 one.</summary>
        public bool IsDual;

        /// <summary>Why not, if it was asked for.</summary>
        public StunErrorCode AdditionalFamilyError;
        public bool IsMobile;
    }

    /// <summary>Receiving an Allocate request (RFC 8656 section 7.2), in the order of its steps.</summary>
    private RelayVerdict OnAllocate(scoped ref RelayRequest request)
    {
        if (request.Allocation != NoSlot) return OnAllocateAgain(ref request);

        StunErrorCode transport = CheckTransport(ref request, out bool isTcp);
        if (transport != StunErrorCode.None) return Fail(ref request, transport);

        if (!_options.SupportsDontFragment && request.Message.Has(StunAttributeType.DontFragment))
            return FailUnknown(ref request, [(ushort)StunAttributeType.DontFragment]);

        bool isMobile = request.Message.TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket);
        if (isMobile && !ticket.IsEmpty) return Fail(ref request, StunErrorCode.BadRequest);
        if (isMobile && _tickets is null) return Fail(ref request, StunErrorCode.MobilityForbidden);

        StunErrorCode error = ReadTerms(ref request, out AllocateTerms terms);
        if (error != StunErrorCode.None) return Fail(ref request, error);
        if (isTcp) TakeTcp(ref terms);

        // A TCP allocation is bound to its control connection (RFC 6062).
        terms.IsMobile = isMobile && !terms.IsTcp;

        if (MayLoop(ref request)) return Fail(ref request, StunErrorCode.Forbidden);
        if (TryRedirect(ref request, out RelayVerdict redirection)) return redirection;
        if (IsDraining) return Fail(ref request, StunErrorCode.InsufficientCapacity);

        return OpenAllocation(ref request, in terms);
    }

    // Steps 3 and 4; for TCP steps 1 to 3 of RFC 6062 section 5.1.
    private StunErrorCode CheckTransport(scoped ref RelayRequest request, out bool isTcp)
    {
        ref readonly StunMessage message = ref request.Message;
        TurnAttributeStatus status = message.ReadRequestedTransport(out TransportProtocol protocol);
        isTcp = protocol == TransportProtocol.Tcp;
        if (status != TurnAttributeStatus.Present) return StunErrorCode.BadRequest;
        if (protocol == TransportProtocol.Udp) return StunErrorCode.None;
        if (!isTcp || !_options.TcpRelay) return StunErrorCode.UnsupportedTransportProtocol;

        bool isBad = request.Listener.Kind != ListenerKind.Stream || message.Has(StunAttributeType.DontFragment) ||
            message.Has(StunAttributeType.EvenPort) || message.Has(StunAttributeType.ReservationToken);
        return isBad ? StunErrorCode.BadRequest : StunErrorCode.None;
    }

    // A TCP allocation has one relayed address (RFC 6062 section 1).
    private static void TakeTcp(ref AllocateTerms terms)
    {
        terms.IsTcp = true;
        if (terms.IsDual) (terms.IsDual, terms.AdditionalFamilyError) = (false, StunErrorCode.AddressFamilyNotSupported);
    }

    // The transaction id tells a retransmission, which is answered as before, from another attempt on the same 5-tuple.
    private RelayVerdict OnAllocateAgain(scoped ref RelayRequest request)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        if (allocation.Request != request.Message.TransactionId || _users[allocation.User] != request.User)
            return Fail(ref request, StunErrorCode.AllocationMismatch);

        allocation.Transmission = TransmissionOf(ref request);

        // The first answer is yet to come.
        if (allocation.Phase < AllocationPhase.Live) return RelayVerdict.Drop;

        _counters.Add(RelayCounter.AllocateRetransmissions);
        return WriteAllocateSuccess(in allocation, request.Key!, request.Reply);
    }

    private static byte TransmissionOf(scoped ref RelayRequest request) =>
        request.Message.TryGetTransmitCounter(out TransmitCounter counter) ? counter.Requests : (byte)0;

    private StunErrorCode ReadTerms(scoped ref RelayRequest request, out AllocateTerms terms)
    {
        ref readonly StunMessage message = ref request.Message;
        terms = default;
        TurnAttributeStatus token = message.ReadReservationToken(out terms.Token);
        TurnAttributeStatus even = message.ReadEvenPort(out bool reserveNext);
        TurnAttributeStatus family = message.ReadRequestedAddressFamily(out terms.Family);
        TurnAttributeStatus additional = message.ReadAdditionalAddressFamily(out IPFamily additionalFamily);
        TurnAttributeStatus lifetime = message.ReadLifetime(out uint seconds);
        if (additional == TurnAttributeStatus.Absent && message.HasDraftAdditionalIPv6())
            (additional, additionalFamily) = (TurnAttributeStatus.Present, IPFamily.IPv6);

        bool isMalformed = token == TurnAttributeStatus.Malformed || even == TurnAttributeStatus.Malformed ||
            family == TurnAttributeStatus.Malformed || additional == TurnAttributeStatus.Malformed || lifetime == TurnAttributeStatus.Malformed;
        if (isMalformed) return StunErrorCode.BadRequest;

        terms.Seconds = GrantedSeconds(ref request, lifetime == TurnAttributeStatus.Present ? seconds : 0);

        // Step 5.
        bool hasOther = even != TurnAttributeStatus.Absent || family != TurnAttributeStatus.Absent || additional != TurnAttributeStatus.Absent;
        if (token == TurnAttributeStatus.Present)
        {
            terms.Choice = PortChoice.Reserved;
            return hasOther ? StunErrorCode.BadRequest : StunErrorCode.None;
        }

        // Step 6.
        if (family == TurnAttributeStatus.Present && additional == TurnAttributeStatus.Present) return StunErrorCode.BadRequest;

        // Step 7. Without the attribute it is IPv4.
        if (family == TurnAttributeStatus.Absent) terms.Family = IPFamily.IPv4;
        if (!_group.Supports(terms.Family, Reached(ref request))) return StunErrorCode.AddressFamilyNotSupported;

        // Steps 8 and 9. Where there is one family only, it is given and the client told.
        if (additional == TurnAttributeStatus.Present)
        {
            if (reserveNext || additionalFamily != IPFamily.IPv6) return StunErrorCode.BadRequest;
            terms.IsDual = _group.Supports(IPFamily.IPv6, Reached(ref request));
            if (!terms.IsDual) terms.AdditionalFamilyError = StunErrorCode.AddressFamilyNotSupported;
        }

        terms.Choice = even == TurnAttributeStatus.Absent ? PortChoice.Any : reserveNext ? PortChoice.EvenAndNext : PortChoice.Even;
        return StunErrorCode.None;
    }

    // RFC 8656 section 7.2: no less than the default, no more than the maximum; RFC 7635 section 9: no more than is left of the token.
    private uint GrantedSeconds(scoped ref RelayRequest request, uint proposed)
    {
        uint seconds = Math.Clamp(proposed, (uint)_options.DefaultLifetime.TotalSeconds, (uint)_options.MaxLifetime.TotalSeconds);
        return request.User!.Session is { } session
            ? Math.Min(seconds, session.Terms.MaxAllocationSeconds(request.Clock.Utc.ToUnixTimeSeconds()))
            : seconds;
    }

    // A short lifetime, said in the answer, gives back soon what nobody uses. It departs from the minimum above while ports or allocations run short.
    private uint Shortened(uint seconds, in Allocation allocation, int host) =>
        !allocation.IsExempt && allocation.PermissionCount == 0 && _group.IsScarce(host)
            ? Math.Min(seconds, (uint)_options.UnusedLifetime.TotalSeconds)
            : seconds;

    private TransportAddress Reached(scoped ref RelayRequest request)
    {
        TransportAddress reached = request.Listener.Reached;
        _group.LearnHost(in reached);
        return reached;
    }

    private RelayVerdict OpenAllocation(scoped ref RelayRequest request, scoped in AllocateTerms terms)
    {
        bool isExempt = _options.ExemptLoopback && request.Source.IsLoopback;
        var leaseRequest = new LeaseRequest
        {
            Account = request.User!.Account,
            Client = request.Source,
            IsExempt = isExempt,
            Family = terms.Family,
            Reached = request.Listener.Reached,
            Choice = terms.Choice,
            Token = terms.Token,
        };
        PortLease second = default;
        LeaseVerdict verdict = terms.IsDual
            ? LeaseBoth(ref leaseRequest, request.Clock.Now, out PortLease lease, out second)
            : _group.TryLease(in leaseRequest, request.Clock.Now, out lease);
        switch (verdict)
        {
            case LeaseVerdict.QuotaReached: return Fail(ref request, StunErrorCode.AllocationQuotaReached);
            case LeaseVerdict.NoCapacity: return Fail(ref request, StunErrorCode.InsufficientCapacity);
        }

        // The group counts all machines' allocations, so there is a slot.
        int index = _allocations.Add(request.Via, in request.Client);
        _users.Retain(request.User);
        if (_limitsUsers) request.User.Rate = _group.RateOf(request.User.Account, isExempt) ?? request.User.Rate;
        ref Allocation allocation = ref _allocations[index];
        allocation.IsTcp = terms.IsTcp;
        if (terms.IsTcp) _tcpAllocations.Add(index, new TcpAllocation());
        SetSource(in allocation, in request.Source);
        allocation.IsStream = request.Listener.Kind == ListenerKind.Stream;
        allocation.IsExempt = isExempt;
        allocation.WantsFingerprint = request.Message.HasFingerprint;
        allocation.User = request.User.Slot;
        allocation.GrantedSeconds = Shortened(terms.Seconds, in allocation, lease.Host);
        allocation.Request = request.Message.TransactionId;
        allocation.Transmission = TransmissionOf(ref request);
        allocation.AdditionalFamilyError = terms.IsDual && second.Port == 0 ? StunErrorCode.InsufficientCapacity : terms.AdditionalFamilyError;
        allocation.Integrity = request.Integrity;
        allocation.Algorithm = request.Algorithm;
        allocation.PortChoice = terms.Choice;
        allocation.ExpiresAt = request.Clock.Now + TimeSpan.FromSeconds(allocation.GrantedSeconds);
        if (second.Port != 0) AddSecond(ref allocation, in second);
        if (terms.IsMobile) _mobile.Add(index, new MobileAllocation(in request.Source, _random.NextUInt64(), _shard));
        Occupy(ref allocation, in lease);
        Schedule(index);
        return RelayVerdict.Drop;
    }

    // Takes the port and asks for its socket.
    private void Occupy(ref Allocation allocation, scoped in PortLease lease)
    {
        RelayHost host = _group.Hosts[lease.Host];
        TransportAddress relayed = host.External.WithPort(lease.Port);
        if (allocation.Phase == AllocationPhase.OpeningSecond)
        {
            ref SecondRelay second = ref _seconds[allocation.Second];
            (second.Host, second.Relayed) = ((ushort)lease.Host, relayed);
        }
        else
        {
            (allocation.Host, allocation.Relayed, allocation.ReservationToken) = ((ushort)lease.Host, relayed, lease.ReservationToken);
        }

        allocation.PortAttempts++;
        RelayCommandKind kind = allocation.IsTcp ? RelayCommandKind.Listen : RelayCommandKind.OpenRelay;
        _commands.Enqueue(new RelayCommand(kind, allocation.Handle, SocketId.None, host.Local.WithPort(lease.Port))
        {
            BytesPerSecond = allocation.IsExempt ? 0 : _options.BytesPerSecond,
        });
    }
}
