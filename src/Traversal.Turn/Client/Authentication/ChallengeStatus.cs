namespace Traversal.Turn.Client;

/// <summary>What became of reading a challenge.</summary>
internal enum ChallengeStatus : byte
{
    /// <summary>It can be answered.</summary>
    Ok,

    /// <summary>The realm or the nonce is missing, or longer than may be written.</summary>
    Malformed,

    /// <summary>The server offers password algorithms, as its nonce says or it did before, and the offer is not there (RFC 8489 section 9.2.5).</summary>
    BidDown,

    /// <summary>None of the password algorithms that are offered is known.</summary>
    NoAlgorithm,
}
