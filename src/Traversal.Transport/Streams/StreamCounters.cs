using System.Runtime.CompilerServices;

namespace Traversal.Transport.Streams;

/// <summary>What happened at a stream edge so far. Any thread may read.</summary>
public sealed class StreamCounters
{
    private Reasons _closed;
    private Failures _failedUpgrades;
    private long _accepted;
    private long _open;
    private long _refusedInAll;
    private long _refusedBySource;
    private long _acceptErrors;
    private long _framesReceived;
    private long _bytesReceived;
    private long _bytesSent;
    private long _outboundDrops;

    internal StreamCounters()
    {
    }

    /// <summary>Connections that were let in.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that are open.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>Connections turned away because there are <see cref="StreamOptions.MaxConnections"/>.</summary>
    public long RefusedInAll => Volatile.Read(ref _refusedInAll);

    /// <summary>Connections turned away because their source has <see cref="StreamOptions.MaxConnectionsPerSource"/>.</summary>
    public long RefusedBySource => Volatile.Read(ref _refusedBySource);

    /// <summary>Connections that were turned away before their first frame for this reason.</summary>
    public long FailedUpgrades(UpgradeFailure failure) => Volatile.Read(ref _failedUpgrades[(int)failure]);

    /// <summary>Attempts to accept a connection that failed: no descriptors, or the client was gone.</summary>
    public long AcceptErrors => Volatile.Read(ref _acceptErrors);

    /// <summary>Complete frames that came in.</summary>
    public long FramesReceived => Volatile.Read(ref _framesReceived);

    /// <summary>Bytes that came in.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Bytes that were written.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Frames dropped because a connection's outbound buffer was full, or the connection about to close.</summary>
    public long OutboundDrops => Volatile.Read(ref _outboundDrops);

    /// <summary>Connections that ended for this reason.</summary>
    public long Closed(StreamCloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    internal void CountOpened()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
    }

    internal void CountClosed(StreamCloseReason reason)
    {
        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _closed[(int)reason]);
    }

    internal void CountRefused(bool bySource) => Interlocked.Increment(ref bySource ? ref _refusedBySource : ref _refusedInAll);

    internal void CountFailedUpgrade(UpgradeFailure failure) => Interlocked.Increment(ref _failedUpgrades[(int)failure]);

    internal void CountAcceptError() => Interlocked.Increment(ref _acceptErrors);

    internal void CountReceived(int frames, int bytes)
    {
        if (frames > 0) Interlocked.Add(ref _framesReceived, frames);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    internal void CountSent(int bytes) => Interlocked.Add(ref _bytesSent, bytes);

    internal void CountOutboundDrops(int frames) => Interlocked.Add(ref _outboundDrops, frames);

    [InlineArray((int)StreamCloseReason.Shutdown + 1)]
    private struct Reasons
    {
        private long _first;
    }

    [InlineArray((int)UpgradeFailure.WebSocket + 1)]
    private struct Failures
    {
        private long _first;
    }
}
