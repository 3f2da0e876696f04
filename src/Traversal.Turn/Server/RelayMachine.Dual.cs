using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Dual allocations: an IPv4 and an IPv6 relayed address on one 5-tuple (RFC 8656 section 6), each with its own time to live. The IPv6 one stands in a
/// table of its own, so that single allocations, which are most, are no larger for it.
/// </summary>
public sealed partial class RelayMachine
{
    private Slots<SecondRelay> _seconds = new();

    private static bool HasFamily(ref readonly Allocation allocation, IPFamily family) =>
        family == allocation.Family || (allocation.IsDual && family == IPFamily.IPv6);

    /// <summary>The relayed address from which a peer is reached.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref readonly TransportAddress RelayedTowards(ref Allocation allocation, in TransportAddress peer)
    {
        if (allocation.IsDual && peer.IsIPv6) return ref _seconds[allocation.Second].Relayed;
        return ref allocation.Relayed;
    }

    /// <summary>The socket from which a peer is reached.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SocketId SocketTowards(ref readonly Allocation allocation, in TransportAddress peer) =>
        allocation.IsDual && peer.IsIPv6 ? _seconds[allocation.Second].Socket : allocation.Relay;

    /// <summary>Until when a peer is reached.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MonotonicTime ExpiryTowards(ref readonly Allocation allocation, in TransportAddress peer) =>
        allocation.IsDual && peer.IsIPv6 ? _seconds[allocation.Second].ExpiresAt : allocation.ExpiresAt;

    /// <summary>Leases two ports, IPv4 and IPv6; where only one of them can be had, it is the first (RFC 8656 section 7.2, step 9).</summary>
    private LeaseVerdict LeaseBoth(scoped ref LeaseRequest request, MonotonicTime now, out PortLease first, out PortLease second)
    {
        second = default;
        LeaseVerdict verdict = _group.TryLease(in request, now, out first);
        if (verdict == LeaseVerdict.QuotaReached) return verdict;

        request.Family = IPFamily.IPv6;
        if (_group.TryLease(in request, now, out PortLease lease) != LeaseVerdict.Granted) return verdict;

        if (verdict == LeaseVerdict.Granted)
            second = lease;
        else
            first = lease;
        return LeaseVerdict.Granted;
    }

    private void AddSecond(ref Allocation allocation, scoped in PortLease lease)
    {
        allocation.Second = _seconds.Take();
        _seconds[allocation.Second] = new SecondRelay
        {
            Host = (ushort)lease.Host,
            Relayed = _group.Hosts[lease.Host].External.WithPort(lease.Port),
            ExpiresAt = allocation.ExpiresAt,
        };
    }

    private void OpenSecond(ref Allocation allocation)
    {
        allocation.Phase = AllocationPhase.OpeningSecond;
        allocation.PortAttempts = 0;
        ref SecondRelay second = ref _seconds[allocation.Second];
        Occupy(ref allocation, new PortLease(second.Host, second.Relayed.Port, 0));
    }

    /// <summary>Sets the time to live of one family's relayed address, or of all (RFC 8656 section 8.1).</summary>
    /// <param name="allocation">The allocation.</param>
    /// <param name="family">One that it has; <see cref="IPFamily.None"/> for all.</param>
    /// <param name="expiresAt">When they expire.</param>
    private void SetExpiry(ref Allocation allocation, IPFamily family, MonotonicTime expiresAt)
    {
        if (family is IPFamily.None || family == allocation.Family) allocation.ExpiresAt = expiresAt;
        if (allocation.IsDual && family is IPFamily.None or IPFamily.IPv6) _seconds[allocation.Second].ExpiresAt = expiresAt;
    }

    /// <summary>Ends what is over: a whole allocation, or half of a dual one.</summary>
    /// <returns>Whether nothing is left.</returns>
    private bool EndIfExpired(int index, MonotonicTime now)
    {
        ref Allocation allocation = ref _allocations[index];
        if (allocation.IsDual && _seconds[allocation.Second].ExpiresAt <= now) EndHalf(ref allocation, IPFamily.IPv6);
        if (allocation.ExpiresAt > now) return false;

        if (!allocation.IsDual)
        {
            Close(index, RelayCounter.AllocationsExpired);
            return true;
        }

        EndHalf(ref allocation, IPFamily.IPv4);
        return false;
    }

    /// <summary>Ends half of a dual allocation, with the permissions and channels of its family and no others (RFC 8656 section 8.1).</summary>
    private void EndHalf(ref Allocation allocation, IPFamily family)
    {
        RemoveChannels(ref allocation, family);
        RemovePermissions(ref allocation, family);
        if (family == IPFamily.IPv6)
        {
            CloseSecond(ref allocation);
            return;
        }

        CloseFirst(ref allocation);
        ReturnFirst(ref allocation);
        PromoteSecond(ref allocation);
    }

    private void PromoteSecond(ref Allocation allocation)
    {
        ref SecondRelay second = ref _seconds[allocation.Second];
        allocation.Relayed = second.Relayed;
        allocation.Relay = second.Socket;
        allocation.Host = second.Host;
        allocation.ExpiresAt = second.ExpiresAt;
        _seconds.Release(allocation.Second);
        allocation.Second = NoSlot;
    }

    private void CloseFirst(ref readonly Allocation allocation)
    {
        if (IsFirstOpen(in allocation)) CloseSocket(in allocation, allocation.Relay, allocation.Host, allocation.Relayed.Port);
    }

    // What listens has no number.
    private static bool IsFirstOpen(ref readonly Allocation allocation) =>
        allocation.Relay != SocketId.None || allocation.Phase == AllocationPhase.Listening;

    private void ReturnFirst(ref readonly Allocation allocation) =>
        _group.Return(
            new PortLease(allocation.Host, allocation.Relayed.Port, 0),
            _users[allocation.User].Account,
            ChargedSource(in allocation),
            allocation.IsExempt,
            isOpen: IsFirstOpen(in allocation));

    /// <summary>Gives up the second relayed address, whose socket is closed if there is one.</summary>
    private void CloseSecond(ref Allocation allocation)
    {
        ref SecondRelay second = ref _seconds[allocation.Second];
        if (second.Socket != SocketId.None) CloseSocket(in allocation, second.Socket, second.Host, second.Relayed.Port);
        var lease = new PortLease(second.Host, second.Relayed.Port, 0);
        _group.Return(in lease, _users[allocation.User].Account, ChargedSource(in allocation), allocation.IsExempt, isOpen: second.Socket != SocketId.None);
        _seconds.Release(allocation.Second);
        allocation.Second = NoSlot;
    }

    private void CloseSocket(ref readonly Allocation allocation, SocketId socket, int host, ushort port) => _commands.Enqueue(new RelayCommand(
        allocation.IsTcp ? RelayCommandKind.StopListening : RelayCommandKind.CloseRelay,
        allocation.Handle,
        socket,
        _group.Hosts[host].Local.WithPort(port)));
}
