namespace Traversal.Stun;

/// <summary>
/// What a message is to the exchange it belongs to. The values are the two class bits of the header (RFC 8489 section 5).
/// </summary>
public enum StunClass : byte
{
    /// <summary>Asks for an answer.</summary>
    Request = 0,

    /// <summary>Is not answered.</summary>
    Indication = 1,

    /// <summary>The answer to a request that was carried out.</summary>
    SuccessResponse = 2,

    /// <summary>The answer to a request that was not; it carries ERROR-CODE.</summary>
    ErrorResponse = 3,
}
