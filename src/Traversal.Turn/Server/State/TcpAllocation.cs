using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>What a TCP allocation (RFC 6062) has besides.</summary>
internal sealed class TcpAllocation
{
    private const long NanosecondsPerMinute = 60_000_000_000;

    private long _bucketEmptyAt;

    /// <summary>Its connections, of which there is one for a peer at most (RFC 6062 section 3).</summary>
    public Dictionary<TransportAddress, PeerConnection> Connections { get; } = [];

    /// <summary>Takes the share of one Connect, unless there were too many of late.</summary>
    public bool TrySpend(RelayOptions options, MonotonicTime now)
    {
        if (options.ConnectsPerMinute == 0) return true;

        long share = NanosecondsPerMinute / options.ConnectsPerMinute;
        long emptyAt = Math.Max(_bucketEmptyAt, now.Nanoseconds) + share;
        if (emptyAt - now.Nanoseconds > share * options.MaxConnectionsPerAllocation) return false;

        _bucketEmptyAt = emptyAt;
        return true;
    }
}
