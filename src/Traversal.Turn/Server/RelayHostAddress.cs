using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>An IP address on which relay sockets are opened.</summary>
/// <param name="Local">The address to open sockets on; its port does not matter.</param>
/// <param name="External">The address that clients and peers know it by, behind a one-to-one NAT; the local one where this is the default value.</param>
public readonly record struct RelayHostAddress(TransportAddress Local, TransportAddress External = default);
