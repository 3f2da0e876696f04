using Traversal.Primitives;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>One direction of a link: a queue in front of a line of some speed, and what happens to packets behind it.</summary>
internal sealed record Wire
{
    /// <summary>Bits a second.</summary>
    public double Rate { get; init; } = 100e6;

    /// <summary>How long a packet takes, after it has left the queue.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How much longer some take.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>How many bytes the queue holds; null is a tenth of a second.</summary>
    public long? QueueLength { get; init; }

    public double Loss { get; init; }

    public double Duplication { get; init; }

    /// <summary>The longest datagram that passes.</summary>
    public int MaxLength { get; init; } = 1472;
}
