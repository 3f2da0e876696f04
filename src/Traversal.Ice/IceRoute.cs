using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>The way that data takes to the peer.</summary>
/// <param name="Local">From which base: a socket's address, or a relayed one.</param>
/// <param name="Remote">To whom.</param>
public readonly record struct IceRoute(TransportAddress Local, TransportAddress Remote);
