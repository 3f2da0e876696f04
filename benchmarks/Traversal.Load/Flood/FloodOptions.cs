using System.Net;
using Traversal.Primitives;

namespace Traversal.Load.Flood;

/// <summary>One flood.</summary>
internal sealed record FloodOptions
{
    /// <summary>Networks for benchmarks, which nobody has (RFC 2544).</summary>
    public static readonly IPNetwork BenchmarkNetwork = IPNetwork.Parse("198.18.0.0/15");

    public required FloodKind Kind { get; init; }

    public required TransportAddress Server { get; init; }

    /// <summary>Packets a second.</summary>
    public double Rate { get; init; } = 20_000;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The address to send from, unless sources are forged; none: the system's choice.</summary>
    public TransportAddress ClientAddress { get; init; }

    /// <summary>From which IPv4 addresses forged packets seem to come.</summary>
    public IPNetwork ForgedNetwork { get; init; } = BenchmarkNetwork;
}
