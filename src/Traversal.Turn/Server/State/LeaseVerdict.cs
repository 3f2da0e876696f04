namespace Traversal.Turn.Server;

/// <summary>What became of a request for a port.</summary>
internal enum LeaseVerdict : byte
{
    Granted,
    QuotaReached,
    NoCapacity,
}
