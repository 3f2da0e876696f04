namespace Traversal.Peer.Identity;

/// <summary>Whether a chain of certificates speaks for a peer, or why not.</summary>
public enum PeerChainVerdict : byte
{
    /// <summary>It does.</summary>
    Trusted = 0,

    /// <summary>There is no certificate.</summary>
    Empty,

    /// <summary>There are more certificates than the bound.</summary>
    TooLong,

    /// <summary>It leads to another peer than the one that is expected: another key, however alike the rest.</summary>
    WrongPeer,

    /// <summary>A certificate is not signed by the one after it, or the last not by itself.</summary>
    NotSigned,

    /// <summary>A certificate is signed by one that may not issue.</summary>
    MayNotIssue,

    /// <summary>More certificates follow one that may issue than it allows.</summary>
    PathTooLong,

    /// <summary>A key stands in it twice.</summary>
    RepeatedKey,

    /// <summary>A certificate would be good for longer than the one that it is signed by; the last one's dates do not count.</summary>
    OutlivesIssuer,

    /// <summary>A certificate is not good yet; the last one's dates do not count.</summary>
    NotYetValid,

    /// <summary>A certificate is no longer good; the last one's dates do not count.</summary>
    Expired,

    /// <summary>A certificate is not one as peers make them.</summary>
    Malformed,
}
