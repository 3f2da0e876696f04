using Traversal.Primitives;

namespace Traversal.Turn.Server;

public sealed partial class RelayGroup
{
    /// <summary>How many pairs of ports are tried when other programs have the second one.</summary>
    private const int MaxPairAttempts = 16;

    /// <summary>Whether relays of a family can be had at all by clients who reached <paramref name="reached"/>.</summary>
    internal bool Supports(IPFamily family, in TransportAddress reached)
    {
        foreach (RelayHost host in _hosts)
        {
            if (IsCandidate(host, family, in reached)) return true;
        }

        return false;
    }

    /// <summary>Charges an allocation and finds it a port.</summary>
    /// <param name="request">Who asks for what.</param>
    /// <param name="now">The present.</param>
    /// <param name="lease">The port.</param>
    internal LeaseVerdict TryLease(scoped in LeaseRequest request, MonotonicTime now, out PortLease lease)
    {
        lease = default;
        lock (_lock)
        {
            ExpireReservations(now);
            if (request.Choice == PortChoice.Reserved) return TryRedeem(in request, out lease);

            QuotaVerdict verdict = _quotas.TryCharge(request.Account, in request.Client, request.IsExempt);
            if (verdict != QuotaVerdict.Granted) return verdict == QuotaVerdict.QuotaReached ? LeaseVerdict.QuotaReached : LeaseVerdict.NoCapacity;
            if (TryTakePort(in request, now, out lease)) return LeaseVerdict.Granted;

            _quotas.Release(request.Account, in request.Client, request.IsExempt);
            return LeaseVerdict.NoCapacity;
        }
    }

    /// <summary>Trades a port that another program has for another one; the charge stays.</summary>
    internal bool TryExchange(scoped in LeaseRequest request, scoped in PortLease taken, MonotonicTime now, out PortLease lease)
    {
        lock (_lock)
        {
            _hosts[taken.Host].Ports.ReleaseTaken(taken.Port, now);
            CancelReservation(taken.ReservationToken);
            lease = default;
            return request.Choice != PortChoice.Reserved && TryTakePort(in request, now, out lease);
        }
    }

    /// <summary>
    /// Takes a port and its charge back. What it reserved stays reserved. While a socket has the port, nobody else could open it, so then it comes back
    /// with <see cref="ReturnClosed"/>.
    /// </summary>
    internal void Return(scoped in PortLease lease, byte[] account, in TransportAddress client, bool isExempt, bool isOpen)
    {
        lock (_lock)
        {
            if (lease.Port != 0)
            {
                _hosts[lease.Host].SetDead(lease.Port);
                if (!isOpen) _hosts[lease.Host].Ports.Release(lease.Port);
            }

            _quotas.Release(account, in client, isExempt);
        }
    }

    /// <summary>Charges ports that were exempt; false where their user or their source may have no more.</summary>
    internal bool TryEndExemption(byte[] account, in TransportAddress client, int ports)
    {
        lock (_lock) return _quotas.TryEndExemption(account, in client, ports);
    }

    /// <summary>Takes back the port of a socket that is closed.</summary>
    internal void ReturnClosed(in TransportAddress local)
    {
        lock (_lock)
        {
            if (TryFindHost(in local, out RelayHost host)) host.Ports.Release(local.Port);
        }
    }

    /// <summary>What all allocations of a user share; null where users have no limit of their own, or this one is exempt.</summary>
    internal UserRate? RateOf(byte[] account, bool isExempt)
    {
        if (isExempt || !Options.LimitsUsers) return null;
        lock (_lock) return _quotas.RateOf(account);
    }

    /// <summary>Takes note that a user reaches new peers; false when all of its allocations together do so too fast.</summary>
    internal bool TryMeet(byte[] account, int count, MonotonicTime now)
    {
        if (_newPeersPerUser.IsUnlimited) return true;

        ulong key = (ulong)(uint)ByteStringComparer.Instance.GetHashCode(account) + 1;
        lock (_lock) return _meetings.TryTake(key, count, now);
    }

    /// <summary>Whether ports of a relay address, or allocations at all, are running short, so that unused ones are to come back soon.</summary>
    internal bool IsScarce(int host)
    {
        lock (_lock) return _quotas.Total * 2 > Options.MaxAllocations || _hosts[host].Ports.IsScarce;
    }

    /// <summary>Gives up what an Allocate reserved that failed.</summary>
    internal void CancelReservation(ulong token)
    {
        lock (_lock)
        {
            if (token != 0 && _reservations.TryRemove(token, out Reservation reservation)) Drop(in reservation);
        }
    }

    private bool TryTakePort(scoped in LeaseRequest request, MonotonicTime now, out PortLease lease)
    {
        RelayHost[] hosts = _hosts;
        int first = HasConfiguredHosts ? _random.Next(hosts.Length) : 0;
        for (int i = 0; i < hosts.Length; i++)
        {
            RelayHost host = hosts[(first + i) % hosts.Length];
            if (!IsCandidate(host, request.Family, in request.Reached)) continue;
            if (request.Choice == PortChoice.EvenAndNext)
            {
                if (TryTakePair(in request, host, now, out lease)) return true;
            }
            else if (host.Ports.TryTake(request.Choice, _random, now, out ushort port))
            {
                lease = new PortLease(host.Number, port, 0);
                return true;
            }
        }

        lease = default;
        return false;
    }

    // Of a pair of which another program has the second port, the first stays for those who want no pair.
    private bool TryTakePair(scoped in LeaseRequest request, RelayHost host, MonotonicTime now, out PortLease lease)
    {
        lease = default;
        if (_quotas.TryCharge(request.Account, in request.Client, request.IsExempt) != QuotaVerdict.Granted) return false;

        for (int attempt = 0; attempt < MaxPairAttempts && host.Ports.TryTake(PortChoice.EvenAndNext, _random, now, out ushort port); attempt++)
        {
            ushort next = (ushort)(port + 1);
            if (_reservedPorts?.TryHold(host.Local.WithPort(next)) ?? true)
            {
                ulong token = _reservations.NewToken(_random);
                _reservations.Add(new Reservation(
                    token, host.Number, next, request.Account, request.Client, request.IsExempt, now + ReservationTable.Lifetime));
                lease = new PortLease(host.Number, port, token);
                return true;
            }

            host.Ports.Release(port);
            host.Ports.ReleaseTaken(next, now);
        }

        _quotas.Release(request.Account, in request.Client, request.IsExempt);
        return false;
    }

    private LeaseVerdict TryRedeem(scoped in LeaseRequest request, out PortLease lease)
    {
        lease = default;
        if (!_reservations.TryRemove(request.Token, out Reservation reservation)) return LeaseVerdict.NoCapacity;

        _reservedPorts?.Release(_hosts[reservation.Host].Local.WithPort(reservation.Port));

        // The charge moves to who redeems; it cannot fail for want of room in all, but for its own quota it can.
        _quotas.Release(reservation.Account, reservation.Client, reservation.IsExempt);
        QuotaVerdict verdict = _quotas.TryCharge(request.Account, in request.Client, request.IsExempt);
        if (verdict == QuotaVerdict.Granted)
        {
            lease = new PortLease(reservation.Host, reservation.Port, 0);
            return LeaseVerdict.Granted;
        }

        _hosts[reservation.Host].Ports.Release(reservation.Port);
        return LeaseVerdict.QuotaReached;
    }

    private void ExpireReservations(MonotonicTime now)
    {
        while (_reservations.TryTakeExpired(now, out Reservation reservation)) Drop(in reservation);
    }

    private void Drop(in Reservation reservation)
    {
        _reservedPorts?.Release(_hosts[reservation.Host].Local.WithPort(reservation.Port));
        _hosts[reservation.Host].Ports.Release(reservation.Port);
        _quotas.Release(reservation.Account, reservation.Client, reservation.IsExempt);
    }

    // Without configured addresses a client gets its relay where it reached the server; for another family, where that is of the same reach.
    private bool IsCandidate(RelayHost host, IPFamily family, in TransportAddress reached)
    {
        if (host.Local.Family != family) return false;
        if (HasConfiguredHosts) return true;
        return reached.Family == family ? host.Local.HasSameAddress(in reached) : host.Local.IsLoopback == reached.IsLoopback;
    }
}
