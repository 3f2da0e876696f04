using Traversal.Primitives;

namespace Traversal.Turn.Client;

public sealed partial class TurnAllocation
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    /// <summary>Does what is due: first what is over, then what is to be asked for.</summary>
    private void Pump(MonotonicTime now)
    {
        for (int i = _requests.Count - 1; i >= 0 && i < _requests.Count; i--)
        {
            PendingRequest request = _requests[i];
            if (request.OnTime(now)) OnTimedOut(request, now);
        }

        if (State != TurnAllocationState.Ended && _expiresAt <= now) End(new TurnFailure(TurnFailureReason.Expired));
        if (State is TurnAllocationState.Allocating or TurnAllocationState.Allocated) WatchCredential(now);
        if (State == TurnAllocationState.Allocated && !_isMoving)
        {
            if (_refreshAt <= now) Refresh(now);
            if (!_isIntroducing) AskForPeers(now);
        }

        Hedge(now);
        foreach (PendingRequest request in _requests) request.OnTime(now);
        Reschedule();
    }

    /// <summary>Asks the server to prolong it before its time has come.</summary>
    /// <returns>Whether there is something to prolong by this path.</returns>
    public bool RefreshNow(MonotonicTime now)
    {
        if (!CanSend) return false;

        if (_refreshAt != MonotonicTime.Never) Refresh(now);
        Pump(now);
        return true;
    }

    private void Refresh(MonotonicTime now)
    {
        _refreshAt = MonotonicTime.Never;
        Issue(new PendingRequest(RequestKind.Refresh), now);
    }

    /// <summary>
    /// A minute before the end at the latest, so that a whole transaction fits (RFC 8656 section 8), and with a fifth of the lifetime left where that is more.
    /// </summary>
    private void Prolong(PendingRequest request, uint seconds)
    {
        TimeSpan lifetime = TimeSpan.FromSeconds(seconds), margin = lifetime / 5;
        if (margin < OneMinute) margin = OneMinute;
        if (margin > lifetime / 2) margin = lifetime / 2;
        _expiresAt = request.BegunAt + lifetime;
        _refreshAt = _expiresAt - margin;
    }

    private void Reschedule()
    {
        MonotonicTime next = _expiresAt;
        foreach (PendingRequest request in _requests) next = MonotonicTime.Min(next, request.NextDeadline);
        if (State != TurnAllocationState.Closing) next = MonotonicTime.Min(next, NextCredentialDeadline);
        if (State == TurnAllocationState.Allocated && !_isMoving)
        {
            next = MonotonicTime.Min(next, MonotonicTime.Min(_refreshAt, _announceAt));
            if (!_isIntroducing) next = MonotonicTime.Min(next, _nextPeerDeadline);
        }

        NextDeadline = State == TurnAllocationState.Ended ? MonotonicTime.Never : next;
    }
}
