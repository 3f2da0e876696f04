using Traversal.Primitives;

namespace Traversal.Benchmarks.Relay;

/// <summary>A packet as an engine hands it over: from a client, or from a peer to an allocation.</summary>
/// <param name="allocation">The allocation of the relay socket that it came to; <see cref="FromClient"/> if it came to a listener.</param>
/// <param name="source">Where it comes from.</param>
internal readonly struct RelayPacket(int allocation, TransportAddress source)
{
    public const int FromClient = -1;

    // Fields, so that the source is handed on where it stands.
    public readonly int Allocation = allocation;
    public readonly TransportAddress Source = source;
}
