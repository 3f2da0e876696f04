namespace Traversal.Peer.Reliable.Recovery;

/// <summary>How long the path takes there and back (RFC 9002 section 5).</summary>
internal sealed class RoundTrips
{
    /// <summary>What is believed before the first sample (RFC 9002 section 6.2.2 has 333 ms).</summary>
    public static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(333);

    /// <summary>No variation is taken for less: clocks tick.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    private TimeSpan _variation = Initial / 2;

    /// <summary>Whether there was a sample.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The last sample.</summary>
    public TimeSpan Latest { get; private set; } = Initial;

    /// <summary>The mean, in which the last eight count most.</summary>
    public TimeSpan Smoothed { get; private set; } = Initial;

    /// <summary>After how long an acknowledgement is overdue, not counting that it may be held back.</summary>
    public TimeSpan Timeout
    {
        get
        {
            TimeSpan margin = _variation * 4;
            return Smoothed + (margin > Granularity ? margin : Granularity);
        }
    }

    /// <summary>A sample, from which the time is taken off that the other side held the acknowledgement back.</summary>
    public void Add(TimeSpan sample, TimeSpan delay, TimeSpan shortest)
    {
        if (sample - delay >= shortest) sample -= delay;
        Latest = sample;
        if (!IsKnown)
        {
            (IsKnown, Smoothed, _variation) = (true, sample, sample / 2);
            return;
        }

        _variation = ((_variation * 3) + (Smoothed - sample).Duration()) / 4;
        Smoothed = ((Smoothed * 7) + sample) / 8;
    }

    /// <summary>Forgets the samples of another path.</summary>
    public void Reset()
    {
        (IsKnown, Latest, Smoothed, _variation) = (false, Initial, Initial, Initial / 2);
    }
}
