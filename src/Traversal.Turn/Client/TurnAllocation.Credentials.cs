using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <content>Credentials that end before the allocation does (RFC 7635 section 9, and time-limited passwords).</content>
public sealed partial class TurnAllocation
{
    /// <summary>How long before its end another credential is asked for.</summary>
    private static readonly TimeSpan RenewalLead = TimeSpan.FromMinutes(1);

    /// <summary>How long a request waits for another credential.</summary>
    private static readonly TimeSpan RenewalTime = TimeSpan.FromSeconds(30);

    private TurnCredential? _firstCredential;
    private bool _keepsCredential;
    private bool _hasAsked;
    private bool _isIntroducing;
    private MonotonicTime? _renewedAt;
    private MonotonicTime _parkedUntil = MonotonicTime.Never;

    private MonotonicTime NextCredentialDeadline => MonotonicTime.Min(_parkedUntil, RenewAt);

    private MonotonicTime RenewAt
    {
        get
        {
            if (!_options.RenewsCredential || _hasAsked || _keepsCredential) return MonotonicTime.Never;

            // Whoever gives out credentials that are over already is not asked again at once.
            MonotonicTime due = _authenticator.Credential.ExpiresAt - RenewalLead;
            return _renewedAt is { } last && due < last + RenewalTime ? last + RenewalTime : due;
        }
    }

    /// <summary>The name that the server has for an authorization server, which must be told it to make a token (RFC 7635 section 6.1); null where it takes none.</summary>
    public string? TokenServerName { get; private set; }

    /// <summary>Gives another credential, asked for or not: the next requests are signed with it.</summary>
    public void Renew(TurnCredential credential, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(credential);
        if (State is TurnAllocationState.Closing or TurnAllocationState.Ended) return;

        _hasAsked = false;
        _renewedAt = now;
        _parkedUntil = MonotonicTime.Never;
        if (!_keepsCredential) _authenticator.Credential = credential;
        if (credential.IsToken && State == TurnAllocationState.Allocated && !_isMoving) Introduce(now);
        foreach (PendingRequest parked in _requests.FindAll(request => request.IsParked)) Issue(parked, now);
        Pump(now);
    }

    // Only a Refresh has the token, without which the server does not know the key of other requests (RFC 7635 section 9): they wait.
    private void Introduce(MonotonicTime now)
    {
        foreach (PendingRequest request in _requests.FindAll(request => request.IsParked || request.Kind == RequestKind.Refresh)) Abandon(request, now);
        _isIntroducing = true;
        Refresh(now);
    }

    private void WatchCredential(MonotonicTime now)
    {
        if (!_requests.Exists(request => request.IsParked)) _parkedUntil = MonotonicTime.Never;
        if (_parkedUntil <= now)
            End(new TurnFailure(TurnFailureReason.CredentialRefused, StunErrorCode.Unauthenticated));
        else if (RenewAt <= now)
            WantCredential(_authenticator.Credential.ExpiresAt > now + RenewalTime ? _authenticator.Credential.ExpiresAt : now + RenewalTime);
    }

    private void WantCredential(MonotonicTime deadline)
    {
        _hasAsked = true;
        Raise(new TurnEvent(TurnEventKind.CredentialWanted) { Deadline = deadline });
    }

    // The request goes on with the next credential, or the allocation ends.
    private void Park(PendingRequest request, MonotonicTime now)
    {
        DropTwin(request);
        request.IsParked = true;
        _parkedUntil = MonotonicTime.Min(_parkedUntil, now + RenewalTime);
        WantCredential(_parkedUntil);
    }

    // Third-party authorization takes precedence (RFC 7635 section 6.1).
    private void WantToken(scoped in StunMessage challenge, PendingRequest request, MonotonicTime now)
    {
        challenge.TryGet(StunAttributeType.ThirdPartyAuthorization, out ReadOnlySpan<byte> name);
        TokenServerName = System.Text.Encoding.UTF8.GetString(name[..Math.Min(name.Length, StunLimits.MaxDomainBytes)]);
        Park(request, now);
    }

    // An allocation belongs to the name that made it, and a server may take a time-limited name by the letter (RFC 8656 section 5).
    private bool TryReturnToFirstCredential(PendingRequest request)
    {
        if (_firstCredential is null || request.Terms?.Credential == _firstCredential) return false;

        _keepsCredential = true;
        _authenticator.Credential = _firstCredential;
        return true;
    }
}
