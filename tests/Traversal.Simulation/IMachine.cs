using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>Something that wants to be called at a time.</summary>
public interface IMachine
{
    /// <summary>When; <see cref="MonotonicTime.Never"/> while it waits for packets alone.</summary>
    MonotonicTime NextDeadline { get; }

    /// <summary>Does what is due at <paramref name="now"/>.</summary>
    void OnTime(MonotonicTime now);
}
