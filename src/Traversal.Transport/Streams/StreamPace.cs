namespace Traversal.Transport.Streams;

/// <summary>
/// Decides whether a connection keeps pace: a first frame in time, then frames often enough, none of them trickling in. Times are ticks
/// of 100 ns on the edge's clock. The reader writes, the edge's timer reads; a value that is one read old does no harm.
/// </summary>
internal sealed class StreamPace(StreamOptions options, long openedAt)
{
    private readonly long _ticksPerByte = TimeSpan.TicksPerSecond / options.MinimumRate;
    private long _idleTimeout = options.IdleTimeout.Ticks;
    private long _lastFrameAt = -1;
    private long _partialSince = -1;
    private long _partialBytes;
    private long _debt;
    private volatile bool _isTrusted;

    /// <summary>Notes that the owner knows the client, who may be without a frame for so long.</summary>
    public void Trust(TimeSpan idleTimeout)
    {
        Volatile.Write(ref _idleTimeout, idleTimeout.Ticks);
        _isTrusted = true;
    }

    /// <summary>Notes what a read brought.</summary>
    /// <param name="now">The time of the read.</param>
    /// <param name="frames">How many frames it completed.</param>
    /// <param name="completed">The bytes of these frames.</param>
    /// <param name="partial">How many bytes of an incomplete frame there are.</param>
    public void OnRead(long now, int frames, int completed, int partial)
    {
        bool wasPartial = _partialSince >= 0;
        if (frames > 0)
        {
            if (wasPartial) _debt = Math.Max(0, _debt + now - _partialSince - completed * _ticksPerByte);
            Volatile.Write(ref _lastFrameAt, now);
        }

        Volatile.Write(ref _partialBytes, partial);
        if (partial == 0)
        {
            Volatile.Write(ref _partialSince, -1);
        }
        else if (frames > 0 || !wasPartial)
        {
            Volatile.Write(ref _partialSince, now);
        }
    }

    /// <summary>Notes that reading goes on after the frames were worked off: the wait for that is not the client's.</summary>
    public void OnResumed(long now)
    {
        if (_partialSince >= 0) Volatile.Write(ref _partialSince, now);
    }

    /// <summary>Which deadline is over; <see cref="StreamCloseReason.None"/> if none.</summary>
    public StreamCloseReason Check(long now)
    {
        long lastFrameAt = Volatile.Read(ref _lastFrameAt);
        if (lastFrameAt < 0)
        {
            return now - openedAt >= options.FirstFrameTimeout.Ticks ? StreamCloseReason.FirstFrameDeadline : StreamCloseReason.None;
        }

        if (now - lastFrameAt >= Volatile.Read(ref _idleTimeout)) return StreamCloseReason.IdleDeadline;
        if (!_isTrusted && now - openedAt >= options.StrangerTimeout.Ticks) return StreamCloseReason.StrangerDeadline;

        long partialSince = Volatile.Read(ref _partialSince);
        long waited = Volatile.Read(ref _debt) + now - partialSince - Volatile.Read(ref _partialBytes) * _ticksPerByte;
        return partialSince >= 0 && waited >= options.SlowTimeout.Ticks ? StreamCloseReason.TooSlow : StreamCloseReason.None;
    }
}
