using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>A <see cref="TimeProvider"/> as the machines read it: the time since it was made.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public MonotonicTime Now => MonotonicTime.Zero + time.GetElapsedTime(_origin);
}
