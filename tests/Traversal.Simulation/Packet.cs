using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A datagram of UDP or a segment of TCP on its way. Its bytes are nobody's to change.</summary>
/// <param name="Source">Where it comes from, as seen where it is.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="Bytes">What it carries.</param>
public readonly record struct Packet(TransportAddress Source, TransportAddress Destination, byte[] Bytes)
{
    /// <summary>Whether it belongs to a TCP connection.</summary>
    public bool IsTcp => Segment is not null;

    /// <summary>What it says beside its bytes; null of a datagram.</summary>
    internal TcpSegment? Segment { get; init; }
}
