using Traversal.Primitives;

namespace Traversal.Stun.Discovery;

/// <summary>A datagram that <see cref="BehaviorDiscovery"/> wants sent.</summary>
/// <param name="Socket">From which of its sockets.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Length">Its length in the buffer.</param>
public readonly record struct DiscoveryDatagram(int Socket, TransportAddress Destination, int Length);
