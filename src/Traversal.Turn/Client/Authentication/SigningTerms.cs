using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>A challenge and the credential that answers it: all that it takes to sign a request and to verify its answer. Immutable.</summary>
internal sealed class SigningTerms
{
    private readonly IntegrityKey _key;
    private readonly byte[]? _userhash;

    /// <param name="challenge">What the server wants.</param>
    /// <param name="credential">Who the client is.</param>
    /// <param name="previous">The terms before, whose key may still be good.</param>
    public SigningTerms(Challenge challenge, TurnCredential credential, SigningTerms? previous)
    {
        Challenge = challenge;
        Credential = credential;
        _key = previous is not null && previous.HasKeyFor(challenge, credential)
            ? previous._key
            : credential.KeyFor(challenge.Algorithm, challenge.PreparedRealm);
        if (!HidesName) return;

        _userhash = new byte[StunLimits.UserhashBytes];
        Userhash.Compute(credential.UsernameBytes, challenge.PreparedRealm, _userhash);
    }

    public Challenge Challenge { get; }

    public TurnCredential Credential { get; }

    /// <summary>The name of a token's key is no user's, and is looked up as it is (RFC 7635 section 4).</summary>
    public bool HidesName => Challenge.WantsUserhash && !Credential.IsToken;

    private bool UsesSha256 => Challenge.UsesSha256 && !Credential.IsToken;

    /// <summary>Whether a request under the other terms says who asks in another way, without which a 401 is final (RFC 8489 section 9.2.5).</summary>
    public bool IsOtherIdentity(SigningTerms other) =>
        Credential != other.Credential || HidesName != other.HidesName || !Challenge.Realm.AsSpan().SequenceEqual(other.Challenge.Realm);

    /// <summary>Adds what identifies the client and ends the message.</summary>
    /// <param name="writer">The request.</param>
    /// <param name="withToken">Whether it is one that has the token: Allocate or Refresh (RFC 7635 section 9).</param>
    /// <returns>The length; 0 where it did not fit.</returns>
    public int Sign(ref StunMessageWriter writer, bool withToken)
    {
        if (_userhash is not null)
            writer.Add(StunAttributeType.Userhash, _userhash);
        else
            writer.Add(StunAttributeType.Username, Credential.UsernameBytes);
        writer.Add(StunAttributeType.Realm, Challenge.Realm);
        writer.Add(StunAttributeType.Nonce, Challenge.Nonce);
        if (UsesSha256)
        {
            writer.Add(StunAttributeType.PasswordAlgorithms, Challenge.Algorithms);
            writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithm, [Challenge.Algorithm]);
        }

        if (withToken && Credential.IsToken) writer.Add(StunAttributeType.AccessToken, Credential.Token.Span);
        return writer.Finish(_key, UsesSha256 ? StunIntegrity.Sha256 : StunIntegrity.Sha1, fingerprint: false);
    }

    /// <summary>Whether an answer was made with the key of the request: under SHA-256 nothing weaker counts.</summary>
    public bool Verifies(scoped in StunMessage response) =>
        response.HasIntegritySha256 ? response.VerifyIntegritySha256(_key) : !UsesSha256 && response.VerifyIntegrity(_key);

    private bool HasKeyFor(Challenge challenge, TurnCredential credential) =>
        Credential == credential && Challenge.Algorithm == challenge.Algorithm && Challenge.PreparedRealm.AsSpan().SequenceEqual(challenge.PreparedRealm);
}
