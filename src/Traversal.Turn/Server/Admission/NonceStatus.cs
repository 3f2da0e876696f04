namespace Traversal.Turn.Server;

/// <summary>What a nonce is worth.</summary>
internal enum NonceStatus : byte
{
    Valid,

    /// <summary>Expired, made for another address, or not made here at all.</summary>
    Stale,
}
