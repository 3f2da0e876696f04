using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>
    /// The long-term credential mechanism (RFC 8489 section 9.2.4), in its order. Nothing is remembered of who fails. A request with a bad nonce is
    /// not worth a hash unless its refusal may be sent.
    /// </summary>
    private bool Authenticate(scoped ref RelayRequest request, out RelayVerdict refusal)
    {
        ref readonly StunMessage message = ref request.Message;
        request.Credentials = _credentials;
        if (!message.HasIntegrity && !message.HasIntegritySha256)
        {
            // Something that no client sends gets the shortest answer that there is.
            bool isBad = message.Method == StunMethod.Allocate && !message.Has(StunAttributeType.RequestedTransport);
            refusal = isBad ? Fail(ref request, StunErrorCode.BadRequest) : Challenge(ref request, StunErrorCode.Unauthenticated);
            return false;
        }

        bool hasName = message.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> name);
        bool hasHash = message.TryGet(StunAttributeType.Userhash, out ReadOnlySpan<byte> hash);
        if ((!hasName && !hasHash) ||
            !message.TryGet(StunAttributeType.Realm, out ReadOnlySpan<byte> realm) ||
            !message.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce))
        {
            refusal = Fail(ref request, StunErrorCode.BadRequest);
            return false;
        }

        bool isFresh = _nonces.Check(nonce, in request.Source, FeaturesOf(request.Credentials), request.Clock.Utc) == NonceStatus.Valid;
        if (isFresh) _limiter.Credit(in request.Source, message.Bytes.Length, request.Clock.Now);
        if (!isFresh && !MayReply(ref request, ChallengeLengthOf(request.Credentials)))
        {
            refusal = RelayVerdict.Drop;
            return false;
        }

        // The nonce is judged first (RFC 7635 section 7, RFC 5389 section 10.2.2): no token is decrypted for who has none.
        if (!isFresh && HasToken(ref request))
        {
            refusal = Challenge(ref request, StunErrorCode.StaleNonce);
            return false;
        }

        if (!TryReadAlgorithm(ref request, nonce))
        {
            refusal = Fail(ref request, StunErrorCode.BadRequest);
            return false;
        }

        // All keys are of one realm: a request that names another cannot be signed with one.
        if (!hasName) name = request.Credentials.FindName(hash);
        if (name.IsEmpty || !realm.SequenceEqual(request.Credentials.RealmBytes) || !TryFindBearerOrUser(ref request, name))
        {
            // Where tokens were not offered one is an unknown attribute (RFC 7635 section 7).
            bool isUnexpected = request.Credentials.Tokens.IsEmpty && message.Has(StunAttributeType.AccessToken);
            refusal = isUnexpected
                ? FailUnknown(ref request, [(ushort)StunAttributeType.AccessToken])
                : Challenge(ref request, StunErrorCode.Unauthenticated);
            return false;
        }

        if (!isFresh)
        {
            (request.User, request.Key) = (null, null);
            refusal = Challenge(ref request, StunErrorCode.StaleNonce);
            return false;
        }

        refusal = default;
        return true;
    }

    // Bid-down protection: what was offered with the nonce must come back unchanged, or nothing of it (RFC 8489 section 9.2.4).
    private static bool TryReadAlgorithm(scoped ref RelayRequest request, scoped ReadOnlySpan<byte> nonce)
    {
        request.Algorithm = PasswordAlgorithm.Md5;
        request.Integrity = StunIntegrity.Sha1;
        bool hasList = request.Message.TryGet(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> list);
        bool hasChoice = request.Message.TryGetPasswordAlgorithms(StunAttributeType.PasswordAlgorithm, out PasswordAlgorithmList choice);
        bool wasOffered = NonceCookie.TryRead(nonce, out StunSecurityFeatures features) &&
            (features & StunSecurityFeatures.PasswordAlgorithms) != StunSecurityFeatures.None;
        if (!wasOffered || (!hasList && !hasChoice)) return true;
        if (!hasList || !hasChoice || !list.SequenceEqual(OfferedAlgorithmsValue)) return false;

        request.Algorithm = choice.FirstSupported();
        request.Integrity = StunIntegrity.Sha256;
        return request.Algorithm != PasswordAlgorithm.None;
    }

    private bool TryFindBearerOrUser(scoped ref RelayRequest request, scoped ReadOnlySpan<byte> name) =>
        TryFindSession(ref request, name) || (!HasToken(ref request) && TryFindUser(ref request, name));

    private bool TryFindUser(scoped ref RelayRequest request, scoped ReadOnlySpan<byte> username)
    {
        CredentialSnapshot credentials = request.Credentials;
        RelayUser? known = _users.Find(username);

        // A credential that has expired makes no more allocations, but keeps those that it has made.
        bool isOwner = known is not null && request.Allocation != NoSlot && _users[_allocations[request.Allocation].User] == known;
        long unixNow = isOwner && request.Message.Method != StunMethod.Allocate ? long.MinValue : request.Clock.Utc.ToUnixTimeSeconds();

        if (known is not null && known.Source == credentials && known.Expiry > unixNow && known.Key(request.Algorithm) is { } knownKey)
        {
            if (!Verifies(ref request, knownKey)) return false;
            (request.User, request.Key) = (known, knownKey);
            return true;
        }

        for (int candidate = 0; candidate < credentials.CandidateCount; candidate++)
        {
            IntegrityKey? key = credentials.FindKey(candidate, username, request.Algorithm, unixNow, out long expiry);
            if (key is null || !Verifies(ref request, key)) continue;

            RelayUser user = known ?? new RelayUser(username.ToArray(), credentials.AccountOf(username).ToArray(), credentials, expiry);
            user.Learn(credentials, request.Algorithm, key);
            (request.User, request.Key) = (user, key);
            return true;
        }

        return false;
    }

    // A truncated MESSAGE-INTEGRITY-SHA256 does not verify: TURN says nothing that would allow it (RFC 8489 section 14.6).
    private static bool Verifies(scoped ref RelayRequest request, IntegrityKey key) =>
        request.Message.HasIntegritySha256 ? request.Message.VerifyIntegritySha256(key) : request.Message.VerifyIntegrity(key);
}
