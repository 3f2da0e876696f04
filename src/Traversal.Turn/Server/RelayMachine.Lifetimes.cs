using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Receiving a Refresh request (RFC 8656 section 8.2).</summary>
    private RelayVerdict OnRefresh(scoped ref RelayRequest request)
    {
        StunErrorCode error = ReadRefresh(ref request, out IPFamily family, out uint granted);
        if (error != StunErrorCode.None) return Fail(ref request, error);

        ApplyRefresh(ref request, family, granted);
        StunMessageWriter writer = BeginSuccess(ref request);
        writer.AddLifetime(granted);
        AddSoftware(ref request, ref writer);
        return Finish(ref request, ref writer, RelayCounter.Refreshes);
    }

    /// <summary>Reads how long the allocation, or one family of it, is to last: 0 to end now.</summary>
    private StunErrorCode ReadRefresh(scoped ref RelayRequest request, out IPFamily family, out uint granted)
    {
        granted = 0;
        TurnAttributeStatus hasFamily = request.Message.ReadRequestedAddressFamily(out family);
        TurnAttributeStatus hasLifetime = request.Message.ReadLifetime(out uint seconds);
        if (hasFamily == TurnAttributeStatus.Malformed || hasLifetime == TurnAttributeStatus.Malformed) return StunErrorCode.BadRequest;
        if (hasFamily == TurnAttributeStatus.Present && !HasFamily(in _allocations[request.Allocation], family))
            return StunErrorCode.PeerAddressFamilyMismatch;

        bool isDeletion = hasLifetime == TurnAttributeStatus.Present && seconds == 0;
        ref readonly Allocation allocation = ref _allocations[request.Allocation];
        if (!isDeletion) granted = Shortened(GrantedSeconds(ref request, seconds), in allocation, allocation.Host);
        return StunErrorCode.None;
    }

    private void ApplyRefresh(scoped ref RelayRequest request, IPFamily family, uint granted)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        if (granted > 0)
        {
            SetExpiry(ref allocation, family, request.Clock.Now + TimeSpan.FromSeconds(granted));
            Schedule(request.Allocation);
        }
        else if (allocation.IsDual && family != IPFamily.None)
        {
            EndHalf(ref allocation, family);
        }
        else
        {
            Close(request.Allocation, RelayCounter.AllocationsClosed);
        }
    }

    // The wheel is only set when it would call too late; called too early it is set again.
    private void Schedule(int index)
    {
        ref Allocation allocation = ref _allocations[index];
        MonotonicTime deadline = MonotonicTime.Min(allocation.ExpiresAt, allocation.SweepAt);
        if (allocation.IsDual) deadline = MonotonicTime.Min(deadline, _seconds[allocation.Second].ExpiresAt);
        if (deadline >= allocation.TimerAt) return;

        allocation.TimerAt = deadline;
        _wheel.Schedule(index, deadline);
    }

    private void OnAllocationTimer(int index, MonotonicTime now)
    {
        ref Allocation allocation = ref _allocations[index];
        allocation.TimerAt = MonotonicTime.Never;
        if (EndIfExpired(index, now)) return;
        if (allocation.SweepAt <= now) Sweep(index, now);
        Schedule(index);
    }

    /// <summary>Ends an allocation, whose sockets are closed if there are any.</summary>
    private void Close(int index, RelayCounter reason)
    {
        ref Allocation allocation = ref _allocations[index];
        CloseFirst(in allocation);
        if (allocation.Phase >= AllocationPhase.Live)
        {
            _counters.Add(reason);
            Tell(in allocation, reason);
        }
        else if (allocation.ReservationToken != 0)
        {
            // Nobody was told of it.
            _group.CancelReservation(allocation.ReservationToken);
        }

        Free(index);
    }

    private void Tell(ref readonly Allocation allocation, RelayCounter reason)
    {
        if (_ends.Count >= MaxEnds) return;

        _ends.Enqueue(new AllocationEnd(
            _users[allocation.User].Account, allocation.Client, reason, allocation.PeersMet, allocation.PeersRefused, allocation.BytesToPeers,
            allocation.BytesToClient));
    }

    private void Free(int index)
    {
        ref Allocation allocation = ref _allocations[index];
        RelayUser user = _users[allocation.User];
        if (allocation.IsTcp) CloseConnections(index);
        RemoveChannels(ref allocation, IPFamily.None);
        RemovePermissions(ref allocation, IPFamily.None);
        if (allocation.IsDual) CloseSecond(ref allocation);
        ReturnFirst(in allocation);
        Immobilize(index);
        _proxiedSources.Remove(allocation.Handle);
        _users.Release(user);
        _wheel.Cancel(index);
        _allocations.Remove(index);
    }
}
