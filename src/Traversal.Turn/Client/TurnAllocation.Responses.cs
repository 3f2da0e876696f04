using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

public sealed partial class TurnAllocation
{
    private static readonly TimeSpan ServerErrorWait = TimeSpan.FromSeconds(1);

    private TurnArrival OnResponse(scoped in StunMessage response, MonotonicTime now)
    {
        TransactionId id = response.TransactionId;
        PendingRequest? request = _requests.Find(pending => pending.Id == id && !pending.IsParked && pending.Transmissions > 0);
        if (request is null || request.Method != response.Method) return Drop(TurnClientCounter.DroppedUnexpected);

        StunErrorCode code = StunErrorCode.None;
        bool isSuccess = response.Class == StunClass.SuccessResponse;
        bool isWhole = isSuccess || response.TryGetErrorCode(out code, out _);
        ResponseVerdict verdict = _authenticator.Judge(in response, code, request, _options.IsStream);
        if (verdict == ResponseVerdict.Discard) return Drop(TurnClientCounter.DroppedUnverified);

        Counters.Add(TurnClientCounter.Responses);
        _heardAt = now;
        if (request.Kind != RequestKind.Connect && request.RoundTrip(now) is { } roundTrip) _memory.OnRoundTrip(roundTrip, now);
        if (verdict == ResponseVerdict.Accept)
            OnAccepted(in response, request, isWhole && !UnderstoodAttributes.IsExceededBy(in response), isSuccess, code, now);
        else
            OnNotAccepted(verdict, in response, request, code, now);

        // There may be room for another request.
        LookAfterPeers(now);
        Pump(now);
        return new TurnArrival(TurnArrivalKind.Handled);
    }

    private void OnNotAccepted(ResponseVerdict verdict, scoped in StunMessage response, PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        bool wantsToken = _options.PrefersTokens && !_authenticator.Credential.IsToken && State != TurnAllocationState.Closing &&
            response.Has(StunAttributeType.ThirdPartyAuthorization);
        if (verdict is ResponseVerdict.Retry or ResponseVerdict.WantsCredential && wantsToken)
            WantToken(in response, request, now);
        else if (verdict == ResponseVerdict.Retry)
            Issue(request, now);
        else if (request.Kind == RequestKind.Delete)
            End(_endsAs!);
        else if (verdict == ResponseVerdict.WantsCredential && _options.RenewsCredential)
            Park(request, now);
        else
            End(TurnFailure.Of(verdict, code));
    }

    private void OnAccepted(
        scoped in StunMessage response, PendingRequest request, bool isWhole, bool isSuccess, StunErrorCode code, MonotonicTime now)
    {
        if (request.Kind == RequestKind.Delete)
            End(_endsAs!);
        else if (!isWhole)
            OnBroken(request, now);
        else if (!isSuccess)
            OnError(in response, request, code, now);
        else
            OnSuccess(in response, request, now);
    }

    private void OnSuccess(scoped in StunMessage response, PendingRequest request, MonotonicTime now)
    {
        Retire(request);
        switch (request.Kind)
        {
            case RequestKind.Allocate:
                OnAllocated(in response, request, now);
                break;
            case RequestKind.EndFormer:
                OnFormerEnded(request, StunErrorCode.None, now);
                break;
            case RequestKind.Refresh or RequestKind.Move:
                OnRefreshed(in response, request, now);
                break;
            case RequestKind.Permit:
                OnPermitted(request, now);
                break;
            case RequestKind.Bind:
                OnBound(request, now);
                break;
            case RequestKind.Connect:
                OnConnected(in response, request, now);
                break;
        }
    }

    private void OnError(scoped in StunMessage response, PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        if (request.Kind == RequestKind.Allocate && code == StunErrorCode.AllocationMismatch && request.TakeTwin() is { } other)
        {
            GoOnWith(other, request, now);
            return;
        }

        if (request.Kind == RequestKind.Allocate)
        {
            OnAllocateError(in response, request, code, now);
            return;
        }

        if (request.Kind == RequestKind.EndFormer && !IsServerError(code))
        {
            OnFormerEnded(request, code, now);
            return;
        }

        if (request.Kind == RequestKind.Move)
        {
            End(new TurnFailure(TurnFailureReason.PathLost, code));
            return;
        }

        // Whatever was asked, there is no allocation at this 5-tuple (RFC 8656 section 5): a NAT may have changed it.
        if (code == StunErrorCode.AllocationMismatch && IsMobile)
            OnPathChanged(now);
        else if (code == StunErrorCode.AllocationMismatch)
            End(new TurnFailure(TurnFailureReason.AllocationLost, code));
        else if (code == StunErrorCode.WrongCredentials && TryReturnToFirstCredential(request))
            Issue(request, now);
        else if (IsServerError(code) && TryAgainAfterServerError(request, now))
            return;
        else if (request.Kind is RequestKind.Refresh or RequestKind.EndFormer)
            End(new TurnFailure(TurnFailureReason.Refused, code));
        else
            OnPeerError(request, code, now);
    }

    private void OnPeerError(PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        Retire(request);
        switch (request.Kind)
        {
            case RequestKind.Permit:
                OnNotPermitted(request, code, now);
                break;
            case RequestKind.Bind:
                OnNotBound(request, code, now);
                break;
            case RequestKind.Connect:
                FinishConnect(request, code, now);
                break;
        }
    }

    // An answer that is authentic and cannot be understood fails its transaction (RFC 8489 sections 6.3.3 and 6.3.4).
    private void OnBroken(PendingRequest request, MonotonicTime now)
    {
        if (request.Kind is RequestKind.Allocate)
            Delete(new TurnFailure(TurnFailureReason.BadResponse), now);
        else if (request.Kind is RequestKind.Refresh or RequestKind.Move or RequestKind.EndFormer)
            End(new TurnFailure(TurnFailureReason.BadResponse));
        else
            OnPeerError(request, StunErrorCode.None, now);
    }

    // A server that fails may do better a little later, a limited number of times (RFC 8489 section 6.3.4).
    private bool TryAgainAfterServerError(PendingRequest request, MonotonicTime now)
    {
        if (++request.ServerErrors > ClientLimits.MaxServerErrors) return false;

        Issue(request, now + ServerErrorWait * (1 << request.ServerErrors));
        return true;
    }

    private static bool IsServerError(StunErrorCode code) => (int)code is >= 500 and < 600 && code != StunErrorCode.InsufficientCapacity;

    private TurnArrival Drop(TurnClientCounter reason)
    {
        Counters.Add(reason);
        return default;
    }
}
