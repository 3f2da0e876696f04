using System.Net.Sockets;

namespace Traversal.Transport.Streams;

/// <summary>
/// Carries bytes between two streams, both ways, as they come. Each way reads no more until what it has read is written, so a slow receiver slows its
/// sender down; the end of one stream is passed on, and the other way goes on until it ends too.
/// </summary>
public sealed class Splice
{
    /// <summary>How long one side may take nothing of what waits for it.</summary>
    public static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(5);

    /// <summary>How long after one side has ended the other may say nothing.</summary>
    public static readonly TimeSpan HalfOpenTimeout = TimeSpan.FromMinutes(1);

    private readonly Stream _near;
    private readonly Stream _far;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly SpliceWay _toFar;
    private readonly SpliceWay _toNear;
    private volatile bool _aborted;

    /// <summary>Makes a splice, which begins with <see cref="RunAsync"/>.</summary>
    /// <param name="near">One stream.</param>
    /// <param name="far">The other one.</param>
    /// <param name="pace">The rate of both ways together and of whoever else has it; null for none.</param>
    /// <param name="time">The clock.</param>
    public Splice(Stream near, Stream far, BytePace? pace, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(near);
        ArgumentNullException.ThrowIfNull(far);
        ArgumentNullException.ThrowIfNull(time);
        (_near, _far, _time) = (near, far, time);
        _origin = time.GetTimestamp();
        _toFar = new SpliceWay(near, far, pace, this);
        _toNear = new SpliceWay(far, near, pace, this);
    }

    /// <summary>Bytes that were written to the far stream. Any thread may ask.</summary>
    public long BytesToFar => _toFar.Bytes;

    /// <summary>Bytes that were written to the near stream. Any thread may ask.</summary>
    public long BytesToNear => _toNear.Bytes;

    internal TimeProvider Time => _time;

    internal bool IsAborted => _aborted;

    /// <summary>Ticks of 100 ns since the splice was made.</summary>
    internal long Now => _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Carries until both ways have ended or one has broken, then closes both streams. Never fails.</summary>
    /// <param name="first">What was read from the near stream already.</param>
    public async Task RunAsync(ReadOnlyMemory<byte> first)
    {
        Task<bool> toFar = _toFar.RunAsync(first);
        Task<bool> toNear = _toNear.RunAsync(default);
        bool isWhole = await (await Task.WhenAny(toFar, toNear).ConfigureAwait(false)).ConfigureAwait(false);
        if (!isWhole) Abort();
        isWhole = await toFar.ConfigureAwait(false) & await toNear.ConfigureAwait(false);
        if (!isWhole) Abort();
        await _near.DisposeAsync().ConfigureAwait(false);
        await _far.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Breaks both streams off. Any thread may call it.</summary>
    public void Abort()
    {
        _aborted = true;
        Reset(_near);
        Reset(_far);
    }

    /// <summary>Aborts when a deadline is over; to be called every second or so.</summary>
    public void CheckDeadlines()
    {
        long now = Now;
        if (_toFar.IsOverdue(now, _toNear) || _toNear.IsOverdue(now, _toFar)) Abort();
    }

    // What is left to send goes, and the other side learns that it was not all.
    private static void Reset(Stream stream)
    {
        if (stream is NetworkStream network) network.Socket.Close(0);
        stream.Dispose();
    }
}
