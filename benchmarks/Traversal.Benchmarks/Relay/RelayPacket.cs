using Traversal.Primitives;

namespace Traversal.Benchmarks.Relay;

/// <summary>A packet as an engine hands it over: from a client, or from a peer to an allocation.</summary>
/// <param name="Allocation">The allocation of the relay socket that it came to; <see cref="FromClient"/> if it came to a listener.</param>
/// <param name="Source">Where it comes from.</param>
internal readonly record struct RelayPacket(int Allocation, TransportAddress Source)
{
    public const int FromClient = -1;
}
