using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>The client's half of the long-term credential mechanism (RFC 8489 sections 9.2.3 and 9.2.5).</summary>
internal sealed class Authenticator(TurnServerMemory memory, TurnCredential credential)
{
    // Each allocation keeps its own: a server may bind nonces to the client's port, and then those of two allocations must not take turns.
    private Challenge? _challenge = memory.Challenge;
    private SigningTerms? _terms;

    /// <summary>Who the client is. Setting another one changes how the next requests are signed.</summary>
    public TurnCredential Credential { get; set; } = credential;

    /// <summary>How to sign the next request; null as long as the server has not said how: then it is sent bare (RFC 8489 section 9.2.3.1).</summary>
    public SigningTerms? Terms
    {
        get
        {
            if (_challenge is null) return null;
            if (_terms is null || _terms.Challenge != _challenge || _terms.Credential != Credential) _terms = new SigningTerms(_challenge, Credential, _terms);
            return _terms;
        }
    }

    /// <summary>Judges an answer, in the order of RFC 8489 section 9.2.5.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="code">Its error code; none for a success.</param>
    /// <param name="request">What it answers, which remembers that an answer was discarded.</param>
    /// <param name="isStream">Whether the request went over a reliable transport.</param>
    public ResponseVerdict Judge(scoped in StunMessage response, StunErrorCode code, PendingRequest request, bool isStream)
    {
        if (code is StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce) return OnChallenge(in response, code, request);

        if (Challenge.IsBidDown(in response)) return Discard(code, request);

        // A redirection that nobody signed could send the client to a victim (RFC 8489 section 14.8).
        if (request.Terms is not { } terms) return code == StunErrorCode.TryAlternate ? Discard(code, request) : ResponseVerdict.Accept;

        if (terms.Verifies(in response)) return ResponseVerdict.Accept;

        // A 400 without integrity is discarded on every transport: retransmissions, if any, go on.
        bool isBare = !response.HasIntegrity && !response.HasIntegritySha256;
        if (!isStream || (isBare && code == StunErrorCode.BadRequest)) return Discard(code, request);

        request.UnverifiedCode = code;
        return ResponseVerdict.Violated;
    }

    private ResponseVerdict OnChallenge(scoped in StunMessage response, StunErrorCode code, PendingRequest request)
    {
        if (Challenge.TryRead(in response, _challenge, out Challenge challenge) != ChallengeStatus.Ok) return ResponseVerdict.BadChallenge;
        if (++request.Challenges > ClientLimits.MaxChallenges) return ResponseVerdict.TooManyChallenges;

        if (request.Terms is not { } terms)
        {
            Learn(challenge);
            return ResponseVerdict.Retry;
        }

        // A nonce that was refused once is refused again.
        if (code == StunErrorCode.StaleNonce && challenge.Nonce.AsSpan().SequenceEqual(terms.Challenge.Nonce)) return ResponseVerdict.BadChallenge;

        Learn(challenge);
        return code == StunErrorCode.StaleNonce || Terms!.IsOtherIdentity(terms) ? ResponseVerdict.Retry : ResponseVerdict.WantsCredential;
    }

    private void Learn(Challenge challenge) => memory.Challenge = _challenge = challenge;

    private static ResponseVerdict Discard(StunErrorCode code, PendingRequest request)
    {
        request.SawUnverified = true;
        request.UnverifiedCode = code;
        return ResponseVerdict.Discard;
    }
}
