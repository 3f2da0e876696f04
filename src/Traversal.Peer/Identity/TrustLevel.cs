namespace Traversal.Peer.Identity;

/// <summary>How sure one is that a key belongs to the person that one means. In order: more is surer.</summary>
public enum TrustLevel : byte
{
    /// <summary>Not at all: the key was learned over the network, from whoever claimed it.</summary>
    Unverified = 0,

    /// <summary>Somebody whom one has verified says so, in a certificate of their own.</summary>
    Vouched,

    /// <summary>The two people have compared digits, or one has taken the other's card from hand to hand.</summary>
    Verified,
}
