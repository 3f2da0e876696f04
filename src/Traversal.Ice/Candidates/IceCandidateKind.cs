namespace Traversal.Ice;

/// <summary>How a candidate's address was learned (RFC 8445 section 5.1.1).</summary>
public enum IceCandidateKind : byte
{
    /// <summary>An address of the machine.</summary>
    Host = 0,

    /// <summary>What a STUN server saw: the outside of a NAT.</summary>
    ServerReflexive,

    /// <summary>What the other agent saw, and nobody signalled.</summary>
    PeerReflexive,

    /// <summary>An address on a TURN server.</summary>
    Relayed,
}
