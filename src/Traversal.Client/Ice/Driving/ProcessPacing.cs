using System.Runtime.CompilerServices;
using Traversal.Ice;

namespace Traversal.Client.Ice;

/// <summary>What all agents that run by one clock share: the clock, and the bucket of checks that a process has one of (RFC 8445 section 14.2).</summary>
internal sealed class ProcessPacing(TimeProvider time)
{
    private static readonly ConditionalWeakTable<TimeProvider, ProcessPacing> Known = [];

    public MonotonicClock Clock { get; } = new(time);

    public CheckPacer Pacer { get; } = new();

    public static ProcessPacing Of(TimeProvider time) => Known.GetValue(time, static time => new ProcessPacing(time));
}
