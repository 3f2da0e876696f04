namespace Traversal.Connectivity;

/// <summary>Which candidates are used (RFC 8828 and the W3C's <c>iceTransportPolicy</c>).</summary>
public enum CandidatePolicy : byte
{
    /// <summary>All there are.</summary>
    All = 0,

    /// <summary>All but the machine's own addresses, which nobody is told: what is behind the NAT stays unknown.</summary>
    NoHost,

    /// <summary>Relayed ones alone: the peer learns no address of this machine or its network.</summary>
    RelayOnly,
}
