namespace Traversal.Transport.Streams;

/// <summary>A rate in bytes a second that several streams share; it says how long each must wait. Safe from any thread.</summary>
/// <param name="bytesPerSecond">The rate, above 0.</param>
/// <param name="burst">How far ahead of it they may run.</param>
/// <param name="time">The clock.</param>
public sealed class BytePace(int bytesPerSecond, TimeSpan burst, TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    // When all that was taken is paid for, in ticks of 100 ns.
    private long _paidAt;

    /// <summary>Takes the time of some bytes.</summary>
    /// <returns>How long to wait before any more are read; zero for not at all.</returns>
    public TimeSpan Take(int bytes)
    {
        long now = time.GetElapsedTime(_origin).Ticks;
        long cost = bytes * TimeSpan.TicksPerSecond / bytesPerSecond;
        while (true)
        {
            long paidAt = Volatile.Read(ref _paidAt);
            long next = Math.Max(paidAt, now) + cost;
            if (Interlocked.CompareExchange(ref _paidAt, next, paidAt) != paidAt) continue;

            long ahead = next - now - burst.Ticks;
            return ahead > 0 ? TimeSpan.FromTicks(ahead) : TimeSpan.Zero;
        }
    }
}
