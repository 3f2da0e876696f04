using Traversal.Peer.Identity;

namespace Traversal.Client.Peers;

/// <summary>Whether somebody who has proved to have a key is who is wanted.</summary>
internal static class Judgement
{
    /// <summary>Judges.</summary>
    /// <param name="chain">The certificates that the other side showed inside of TLS.</param>
    /// <param name="proved">The certificate of the key that it has.</param>
    /// <param name="wanted">Who is wanted; null for anybody.</param>
    /// <param name="utcNow">The present.</param>
    /// <returns>Who it is, or why it is not who is wanted.</returns>
    public static (RemotePeer? Remote, PeerOutcome? Refusal) Of(IReadOnlyList<PeerCertificate> chain, PeerCertificate proved, PeerId? wanted, DateTimeOffset utcNow)
    {
        if (chain.Count == 0) return (null, Rejected(PeerChainVerdict.Empty));
        if (!chain[0].Encoded.Span.SequenceEqual(proved.Encoded.Span)) return (null, Rejected(PeerChainVerdict.NotSigned));

        var remote = new RemotePeer(chain);
        PeerChainVerdict verdict = PeerChain.Judge([.. chain], remote.Account, utcNow);

        // A key that is known by itself needs nobody to vouch for it, and no dates: the peer is its key.
        if (wanted == proved.Subject) return (verdict == PeerChainVerdict.Trusted ? remote : new RemotePeer([proved]), null);
        if (verdict != PeerChainVerdict.Trusted) return (null, Rejected(verdict));
        return wanted is { } peer && peer != remote.Account ? (null, new PeerOutcome(PeerStatus.WrongPeer) { Remote = remote }) : (remote, null);
    }

    private static PeerOutcome Rejected(PeerChainVerdict verdict) => new(PeerStatus.CertificateRejected) { Verdict = verdict };
}
