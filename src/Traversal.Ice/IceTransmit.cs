using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>A message that is to be sent.</summary>
/// <param name="Local">From which base: a socket's address, or a relayed one.</param>
/// <param name="Remote">To whom.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct IceTransmit(TransportAddress Local, TransportAddress Remote, int Length);
