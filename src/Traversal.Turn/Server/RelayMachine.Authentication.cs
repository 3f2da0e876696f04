using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    // The order of preference (RFC 8489 section 9.2.4); also what PASSWORD-ALGORITHMS of a request must repeat.
    private static readonly PasswordAlgorithm[] OfferedAlgorithms = [PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5];

    private static ReadOnlySpan<byte> OfferedAlgorithmsValue => [0, (byte)PasswordAlgorithm.Sha256, 0, 0, 0, (byte)PasswordAlgorithm.Md5, 0, 0];

    /// <summary>
    /// The long-term credential mechanism (RFC 8489 section 9.2.4), in its order. Nothing is remembered of who fails. A request with a bad nonce is
    /// not worth a hash unless its refusal may be sent.
    /// </summary>
    private bool Authenticate(scoped ref RelayRequest request, out RelayVerdict refusal)
    {
        ref readonly StunMessage message = ref request.Message;
        if (!message.HasIntegrity && !message.HasIntegritySha256)
        {
            // Something that no client sends gets the shortest answer that there is.
            bool isBad = message.Method == StunMethod.Allocate && !message.Has(StunAttributeType.RequestedTransport);
            refusal = isBad ? Fail(ref request, StunErrorCode.BadRequest) : Challenge(ref request, StunErrorCode.Unauthenticated);
            return false;
        }

        if (!message.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> username) ||
            !message.Has(StunAttributeType.Realm) ||
            !message.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce))
        {
            refusal = Fail(ref request, StunErrorCode.BadRequest);
            return false;
        }

        bool isFresh = _nonces.Check(nonce, in request.Source, request.Clock.Utc) == NonceStatus.Valid;
        if (isFresh) _limiter.Credit(in request.Source, message.Bytes.Length, request.Clock.Now);
        if (!isFresh && !MayReply(ref request, _challengeLength))
        {
            refusal = RelayVerdict.Drop;
            return false;
        }

        if (!TryReadAlgorithm(ref request))
        {
            refusal = Fail(ref request, StunErrorCode.BadRequest);
            return false;
        }

        if (!TryFindUser(ref request, username))
        {
            refusal = Challenge(ref request, StunErrorCode.Unauthenticated);
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

    // Bid-down protection: what we offered must come back unchanged (RFC 8489 section 9.2.4).
    private bool TryReadAlgorithm(scoped ref RelayRequest request)
    {
        request.Algorithm = PasswordAlgorithm.Md5;
        request.Integrity = StunIntegrity.Sha1;
        bool hasList = request.Message.TryGet(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> list);
        bool hasChoice = request.Message.TryGetPasswordAlgorithms(StunAttributeType.PasswordAlgorithm, out PasswordAlgorithmList choice);
        if (!_options.OfferSha256 || (!hasList && !hasChoice)) return true;
        if (!hasList || !hasChoice || !list.SequenceEqual(OfferedAlgorithmsValue)) return false;

        request.Algorithm = choice.FirstSupported();
        request.Integrity = StunIntegrity.Sha256;
        return request.Algorithm != PasswordAlgorithm.None;
    }

    private bool TryFindUser(scoped ref RelayRequest request, scoped ReadOnlySpan<byte> username)
    {
        CredentialSnapshot credentials = _credentials;
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

    private static bool Verifies(scoped ref RelayRequest request, IntegrityKey key) =>
        request.Message.HasIntegritySha256 ? request.Message.VerifyIntegritySha256(key) : request.Message.VerifyIntegrity(key);

    /// <summary>401 or 438 with what the client needs to try again.</summary>
    private RelayVerdict Challenge(scoped ref RelayRequest request, StunErrorCode code)
    {
        // What would be sent to a forged source in such proportion is refused in the shortest way.
        bool mayBeForged = request.Listener.Kind == ListenerKind.Datagram;
        if (mayBeForged && _limiter.IsTooLong(in request.Source, request.Message.Bytes.Length, _challengeLength))
            return Fail(ref request, StunErrorCode.BadRequest);
        if (!MayReply(ref request, _challengeLength)) return RelayVerdict.Drop;

        StunMessageWriter writer = BeginError(ref request, code);
        Span<byte> nonce = stackalloc byte[NonceKeeper.Length];
        _nonces.Write(in request.Source, request.Clock.Utc, nonce);
        writer.Add(StunAttributeType.Realm, _credentials.RealmBytes);
        writer.Add(StunAttributeType.Nonce, nonce);
        if (_options.OfferSha256) writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, OfferedAlgorithms);
        return Finish(ref request, ref writer, CounterOf(code));
    }

    private int ChallengeLength(int realmLength)
    {
        const int Header = StunMessage.AttributeHeaderLength;
        int errorCode = Header + sizeof(uint), realm = Header + (realmLength + 3 & ~3), nonce = Header + (NonceKeeper.Length + 3 & ~3);
        int algorithms = _options.OfferSha256 ? Header + OfferedAlgorithmsValue.Length : 0;
        return StunMessage.HeaderLength + errorCode + realm + nonce + algorithms;
    }
}
