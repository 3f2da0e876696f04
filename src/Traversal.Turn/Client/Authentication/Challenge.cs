using System.Text;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>What a server wants a request to be signed with: the content of an answer 401 or 438 (RFC 8489 section 9.2.5). Immutable.</summary>
internal sealed class Challenge
{
    private Challenge(byte[] realm, byte[] nonce, byte[] algorithms, PasswordAlgorithm algorithm, bool wantsUserhash)
    {
        Realm = realm;
        Nonce = nonce;
        Algorithms = algorithms;
        Algorithm = algorithm;
        WantsUserhash = wantsUserhash;
        PreparedRealm = Prepare(realm);
    }

    /// <summary>As it came and goes back.</summary>
    public byte[] Realm { get; }

    /// <summary>The realm as keys and hashes are made of it.</summary>
    public byte[] PreparedRealm { get; }

    public byte[] Nonce { get; }

    /// <summary>PASSWORD-ALGORITHMS as it came and goes back; empty where there was none.</summary>
    public byte[] Algorithms { get; }

    /// <summary>The algorithm that the client takes; MD5 where none was offered.</summary>
    public PasswordAlgorithm Algorithm { get; }

    /// <summary>Whether the name must be hidden: the server can find it by USERHASH.</summary>
    public bool WantsUserhash { get; }

    /// <summary>Whether MESSAGE-INTEGRITY-SHA256 alone protects requests and answers.</summary>
    public bool UsesSha256 => Algorithms.Length > 0;

    /// <summary>Reads the challenge of an answer 401 or 438, whose realm is as it was before where it is left out.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="previous">The challenge before it. What its realm offered, the same realm must offer (RFC 8489 section 9.2.5).</param>
    /// <param name="challenge">The challenge, where the result is <see cref="ChallengeStatus.Ok"/>.</param>
    public static ChallengeStatus TryRead(scoped in StunMessage response, Challenge? previous, out Challenge challenge)
    {
        challenge = null!;
        ReadOnlySpan<byte> realm = response.TryGet(StunAttributeType.Realm, out ReadOnlySpan<byte> given) ? given : previous?.Realm;
        if (realm.IsEmpty || realm.Length > StunLimits.MaxWrittenTextBytes) return ChallengeStatus.Malformed;
        if (!response.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce) || nonce.Length is 0 or > StunLimits.MaxWrittenTextBytes)
            return ChallengeStatus.Malformed;

        NonceCookie.TryRead(nonce, out StunSecurityFeatures features);
        bool wantsUserhash = (features & StunSecurityFeatures.UsernameAnonymity) != StunSecurityFeatures.None;
        if (!response.TryGet(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> algorithms))
        {
            bool wasOffered = previous is { UsesSha256: true } && realm.SequenceEqual(previous.Realm);
            if (wasOffered || IsOffered(features)) return ChallengeStatus.BidDown;
            challenge = new Challenge(realm.ToArray(), nonce.ToArray(), [], PasswordAlgorithm.Md5, wantsUserhash);
            return ChallengeStatus.Ok;
        }

        if (algorithms.Length is 0 or > ClientLimits.MaxAlgorithmsBytes || !PasswordAlgorithmList.TryRead(algorithms, out PasswordAlgorithmList list))
            return ChallengeStatus.Malformed;

        PasswordAlgorithm algorithm = Choose(list);
        if (algorithm == PasswordAlgorithm.None) return ChallengeStatus.NoAlgorithm;

        challenge = new Challenge(realm.ToArray(), nonce.ToArray(), algorithms.ToArray(), algorithm, wantsUserhash);
        return ChallengeStatus.Ok;
    }

    /// <summary>Whether an answer's nonce speaks of an offer that the answer does not have: somebody took it out (RFC 8489 section 9.2.5).</summary>
    public static bool IsBidDown(scoped in StunMessage response) =>
        response.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce) && NonceCookie.TryRead(nonce, out StunSecurityFeatures features) &&
        IsOffered(features) && !response.Has(StunAttributeType.PasswordAlgorithms);

    // TURN prefers SHA-256 wherever it is offered, in whatever order (RFC 8656 section 6).
    private static PasswordAlgorithm Choose(PasswordAlgorithmList offered) =>
        offered.Contains(PasswordAlgorithm.Sha256) ? PasswordAlgorithm.Sha256 : offered.FirstSupported();

    private static bool IsOffered(StunSecurityFeatures features) => (features & StunSecurityFeatures.PasswordAlgorithms) != StunSecurityFeatures.None;

    private static byte[] Prepare(byte[] realm) =>
        OpaqueString.TryPrepare(Encoding.UTF8.GetString(realm), out string prepared) ? Encoding.UTF8.GetBytes(prepared) : realm;
}
