using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Receiving a Refresh request (RFC 8656 section 8.2).</summary>
    private RelayVerdict OnRefresh(scoped ref RelayRequest request)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        TurnAttributeStatus family = request.Message.ReadRequestedAddressFamily(out IPFamily requested);
        TurnAttributeStatus lifetime = request.Message.ReadLifetime(out uint seconds);
        if (family == TurnAttributeStatus.Malformed || lifetime == TurnAttributeStatus.Malformed) return Fail(ref request, StunErrorCode.BadRequest);
        if (family == TurnAttributeStatus.Present && requested != allocation.Family) return Fail(ref request, StunErrorCode.PeerAddressFamilyMismatch);

        bool isDeletion = lifetime == TurnAttributeStatus.Present && seconds == 0;
        uint granted = isDeletion ? 0 : GrantedSeconds(seconds);
        if (isDeletion)
        {
            Close(request.Allocation, RelayCounter.AllocationsClosed);
        }
        else
        {
            allocation.ExpiresAt = request.Clock.Now + TimeSpan.FromSeconds(granted);
            Schedule(request.Allocation);
        }

        StunMessageWriter writer = BeginSuccess(ref request);
        writer.AddLifetime(granted);
        AddSoftware(ref request, ref writer);
        return Finish(ref request, ref writer, RelayCounter.Refreshes);
    }

    // The wheel is only set when it would call too late; called too early it is set again.
    private void Schedule(int index)
    {
        ref Allocation allocation = ref _allocations[index];
        MonotonicTime deadline = MonotonicTime.Min(allocation.ExpiresAt, allocation.SweepAt);
        if (deadline >= allocation.TimerAt) return;

        allocation.TimerAt = deadline;
        _wheel.Schedule(index, deadline);
    }

    private void OnAllocationTimer(int index, MonotonicTime now)
    {
        ref Allocation allocation = ref _allocations[index];
        allocation.TimerAt = MonotonicTime.Never;
        if (allocation.ExpiresAt <= now)
        {
            Close(index, RelayCounter.AllocationsExpired);
            return;
        }

        if (allocation.SweepAt <= now) Sweep(index, now);
        Schedule(index);
    }

    /// <summary>Ends an allocation, whose socket is closed if there is one.</summary>
    private void Close(int index, RelayCounter reason)
    {
        ref Allocation allocation = ref _allocations[index];
        if (allocation.Phase == AllocationPhase.Live)
        {
            _counters.Add(reason);
            _commands.Enqueue(new RelayCommand(
                RelayCommandKind.CloseRelay, allocation.Handle, allocation.Relay, _group.Hosts[allocation.Host].Local.WithPort(allocation.Relayed.Port)));
        }
        else if (allocation.ReservationToken != 0)
        {
            // Nobody was told of it.
            _group.CancelReservation(allocation.ReservationToken);
        }

        Free(index);
    }

    private void Free(int index)
    {
        ref Allocation allocation = ref _allocations[index];
        RelayUser user = _users[allocation.User];
        RemoveChannels(ref allocation);
        RemovePermissions(ref allocation);
        _group.Return(new PortLease(allocation.Host, allocation.Relayed.Port, 0), user.Account, in allocation.Client, allocation.IsExempt);
        _users.Release(user);
        _wheel.Cancel(index);
        _allocations.Remove(index);
    }
}
