namespace Traversal.Turn.Server;

/// <summary>What a ledger says to one more allocation.</summary>
internal enum QuotaVerdict : byte
{
    Granted,

    /// <summary>The user or the source has as many as it may.</summary>
    QuotaReached,

    /// <summary>The server has as many as it may.</summary>
    ServerFull,
}
