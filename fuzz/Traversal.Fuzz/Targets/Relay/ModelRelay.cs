using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>A relayed address of an allocation.</summary>
/// <param name="Socket">The socket behind it.</param>
/// <param name="Address">The address as clients and peers know it.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record ModelRelay(SocketId Socket, TransportAddress Address, MonotonicTime ExpiresAt);
