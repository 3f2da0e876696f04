namespace Traversal.Stun;

/// <summary>The error codes of the IANA STUN registry.</summary>
public enum StunErrorCode : ushort
{
    /// <summary>No code.</summary>
    None = 0,

    /// <summary>Ask the server in ALTERNATE-SERVER (RFC 8489 section 14.8).</summary>
    TryAlternate = 300,

    /// <summary>The request was malformed (RFC 8489 section 14.8).</summary>
    BadRequest = 400,

    /// <summary>The request lacked the right credentials (RFC 8489 section 14.8).</summary>
    Unauthenticated = 401,

    /// <summary>The request was understood but is not allowed (RFC 8656 section 19).</summary>
    Forbidden = 403,

    /// <summary>Mobility is not allowed to this client (RFC 8016 section 3.4).</summary>
    MobilityForbidden = 405,

    /// <summary>A comprehension-required attribute was not understood (RFC 8489 section 14.8).</summary>
    UnknownAttribute = 420,

    /// <summary>There is no allocation, or another one, on this 5-tuple (RFC 8656 section 19).</summary>
    AllocationMismatch = 437,

    /// <summary>The nonce is no longer valid (RFC 8489 section 14.8).</summary>
    StaleNonce = 438,

    /// <summary>The requested address family is not offered (RFC 8656 section 19).</summary>
    AddressFamilyNotSupported = 440,

    /// <summary>Not the credentials with which the allocation was made (RFC 8656 section 19).</summary>
    WrongCredentials = 441,

    /// <summary>The requested transport is not offered (RFC 8656 section 19).</summary>
    UnsupportedTransportProtocol = 442,

    /// <summary>The peer's address is not of the allocation's family (RFC 8656 section 19).</summary>
    PeerAddressFamilyMismatch = 443,

    /// <summary>There is a connection to this peer already (RFC 6062 section 6.3).</summary>
    ConnectionAlreadyExists = 446,

    /// <summary>The connection to the peer failed or took too long (RFC 6062 section 6.3).</summary>
    ConnectionTimeoutOrFailure = 447,

    /// <summary>This user has no more allocations to take (RFC 8656 section 19).</summary>
    AllocationQuotaReached = 486,

    /// <summary>Both agents believe that they have the same role (RFC 8445 section 7.3.1.1).</summary>
    RoleConflict = 487,

    /// <summary>A temporary error of the server (RFC 8489 section 14.8).</summary>
    ServerError = 500,

    /// <summary>The server has no capacity for this (RFC 8656 section 19).</summary>
    InsufficientCapacity = 508,
}
