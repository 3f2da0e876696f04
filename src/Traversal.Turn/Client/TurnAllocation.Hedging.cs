using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <content>
/// A request that was lost, or its answer, is begun once more as another transaction beside the first, which goes on as RFC 8489 section 6.2.1 says: where
/// much is lost an answer comes seconds earlier.
/// </content>
public sealed partial class TurnAllocation
{
    /// <summary>A request that was sent and sent again without an answer is begun once more: by then the second answer would have come too.</summary>
    private const int HedgeAfterTimeouts = 2;

    private void PlanHedge(PendingRequest request, MonotonicTime at)
    {
        if (!_options.IsStream && _options.HedgesRequests && IsHedgeable(request.Kind))
            request.PlanHedge(at + _memory.ScheduleFor(isStream: false, at).InitialTimeout * HedgeAfterTimeouts);
    }

    // A Connect would meet itself (RFC 6062 section 5.2), a ticket is used up, and what ends the former allocation must not come late and end the new one.
    private static bool IsHedgeable(RequestKind kind) => kind is not (RequestKind.Connect or RequestKind.Move or RequestKind.EndFormer);

    // Where there is no room for another request the chance is missed.
    private void Hedge(MonotonicTime now)
    {
        for (int i = _requests.Count - 1; i >= 0 && i < _requests.Count; i--)
        {
            PendingRequest request = _requests[i];
            if (request.IsParked || request.HedgeAt > now) continue;

            if (HasRoomForRequest)
                Begin(request.MakeTwin(), now);
            else
                request.PlanHedge(MonotonicTime.Never);
        }
    }

    // An Allocate is refused because the other one has made the allocation: its answer was lost, and is asked for at once.
    private void GoOnWith(PendingRequest other, PendingRequest refused, MonotonicTime now)
    {
        _requests.Remove(refused);
        other.SendAgain();
        PlanHedge(other, now);
    }

    private void DropTwin(PendingRequest request)
    {
        if (request.TakeTwin() is { } twin) _requests.Remove(twin);
    }

    private void Retire(PendingRequest request)
    {
        DropTwin(request);
        _requests.Remove(request);
    }
}
