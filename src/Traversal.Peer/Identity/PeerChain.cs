namespace Traversal.Peer.Identity;

/// <summary>
/// Judges chains of certificates against a peer that is known by its key. No store of the system, no network and no clock but the caller's has a part in it.
/// </summary>
public static class PeerChain
{
    /// <summary>The most certificates that a chain may have unless the caller says otherwise.</summary>
    public const int DefaultMaxLength = 8;

    /// <summary>Whether the key of the first certificate of <paramref name="chain"/> may speak for <paramref name="peer"/>.</summary>
    /// <param name="chain">
    /// The certificates, each signed by the one after it; the last is the peer's of itself, whose dates do not count: the peer is its key, and a wrong clock
    /// must not cut a friend off.
    /// </param>
    /// <param name="peer">Who is expected.</param>
    /// <param name="utcNow">The moment for which it is to hold.</param>
    /// <param name="maxLength">The most certificates that are looked at.</param>
    public static PeerChainVerdict Judge(ReadOnlySpan<PeerCertificate> chain, PeerId peer, DateTimeOffset utcNow, int maxLength = DefaultMaxLength)
    {
        if (chain.IsEmpty) return PeerChainVerdict.Empty;
        if (chain.Length > maxLength) return PeerChainVerdict.TooLong;
        if (chain[^1].Subject != peer) return PeerChainVerdict.WrongPeer;

        // Cheap questions first, and no signature is looked at before all of them are answered.
        PeerChainVerdict verdict = JudgeTerms(chain, utcNow);
        return verdict == PeerChainVerdict.Trusted ? JudgeSignatures(chain) : verdict;
    }

    private static PeerChainVerdict JudgeTerms(ReadOnlySpan<PeerCertificate> chain, DateTimeOffset utcNow)
    {
        for (int index = 0; index < chain.Length - 1; index++)
        {
            PeerCertificate certificate = chain[index], issuer = chain[index + 1];
            if (certificate.Issuer != issuer.Subject) return PeerChainVerdict.NotSigned;
            if (!issuer.MayIssue) return PeerChainVerdict.MayNotIssue;

            // RFC 5280 section 4.2.1.9 counts what stands between the issuer and the first certificate.
            if (issuer.PathLength is { } length && index > length) return PeerChainVerdict.PathTooLong;
            bool isInside = certificate.NotBefore >= issuer.NotBefore && certificate.NotAfter <= issuer.NotAfter;
            if (!isInside && index + 1 < chain.Length - 1) return PeerChainVerdict.OutlivesIssuer;
            if (utcNow < certificate.NotBefore) return PeerChainVerdict.NotYetValid;
            if (utcNow > certificate.NotAfter) return PeerChainVerdict.Expired;

            foreach (PeerCertificate other in chain[(index + 1)..])
            {
                if (other.Subject == certificate.Subject) return PeerChainVerdict.RepeatedKey;
            }
        }

        return chain[^1].IsSelfIssued ? PeerChainVerdict.Trusted : PeerChainVerdict.NotSigned;
    }

    private static PeerChainVerdict JudgeSignatures(ReadOnlySpan<PeerCertificate> chain)
    {
        for (int index = 0; index < chain.Length; index++)
        {
            PeerCertificate issuer = chain[Math.Min(index + 1, chain.Length - 1)];
            if (!chain[index].IsSignedBy(issuer.PublicKey.Span)) return PeerChainVerdict.NotSigned;
        }

        return PeerChainVerdict.Trusted;
    }
}
