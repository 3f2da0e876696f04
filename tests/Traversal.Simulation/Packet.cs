using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A datagram on its way. Its bytes are nobody's to change.</summary>
/// <param name="Source">Where it comes from, as seen where it is.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="Bytes">What it carries.</param>
public readonly record struct Packet(TransportAddress Source, TransportAddress Destination, byte[] Bytes);
