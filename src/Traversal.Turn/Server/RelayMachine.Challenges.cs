using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    // The order of preference (RFC 8489 section 9.2.4); also what PASSWORD-ALGORITHMS of a request must repeat.
    private static readonly PasswordAlgorithm[] OfferedAlgorithms = [PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5];

    private static ReadOnlySpan<byte> OfferedAlgorithmsValue => [0, (byte)PasswordAlgorithm.Sha256, 0, 0, 0, (byte)PasswordAlgorithm.Md5, 0, 0];

    /// <summary>401 or 438 with what the client needs to try again.</summary>
    private RelayVerdict Challenge(scoped ref RelayRequest request, StunErrorCode code)
    {
        CredentialSnapshot credentials = request.Credentials;
        int challengeLength = ChallengeLengthOf(credentials);

        // What would be sent to a forged source in such proportion is refused in the shortest way.
        bool mayBeForged = request.Listener.Kind == ListenerKind.Datagram;
        if (mayBeForged && _limiter.IsTooLong(in request.Source, request.Message.Bytes.Length, challengeLength))
            return Fail(ref request, StunErrorCode.BadRequest);
        if (!MayReply(ref request, challengeLength)) return RelayVerdict.Drop;

        StunMessageWriter writer = BeginError(ref request, code);
        Span<byte> nonce = stackalloc byte[NonceKeeper.Length];
        _nonces.Write(in request.Source, FeaturesOf(credentials), request.Clock.Utc, nonce);
        writer.Add(StunAttributeType.Realm, credentials.RealmBytes);
        writer.Add(StunAttributeType.Nonce, nonce);
        if (!credentials.Tokens.IsEmpty) writer.Add(StunAttributeType.ThirdPartyAuthorization, credentials.Tokens.ServerName);
        if (OffersSha256(credentials)) writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, OfferedAlgorithms);
        return Finish(ref request, ref writer, CounterOf(code));
    }

    // The cookie in front of the nonce says what the server can do (RFC 8489 section 9.2.1). A client that reads of user name anonymity must use
    // it, so it is offered only where every user can be found by a hash.
    private StunSecurityFeatures FeaturesOf(CredentialSnapshot credentials)
    {
        if (!_options.OfferSha256) return StunSecurityFeatures.None;

        StunSecurityFeatures features = OffersSha256(credentials) ? StunSecurityFeatures.PasswordAlgorithms : StunSecurityFeatures.None;
        return credentials.FindsEveryName ? features | StunSecurityFeatures.UsernameAnonymity : features;
    }

    private bool OffersSha256(CredentialSnapshot credentials) =>
        _options.OfferSha256 && ChallengeSize.HasRoomForAlgorithms(credentials.PlainChallengeLength);

    private int ChallengeLengthOf(CredentialSnapshot credentials) => OffersSha256(credentials)
        ? ChallengeSize.WithAlgorithms(credentials.PlainChallengeLength)
        : credentials.PlainChallengeLength;
}
