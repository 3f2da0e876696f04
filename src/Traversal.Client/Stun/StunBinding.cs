using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>What a STUN server saw of a Binding request.</summary>
/// <param name="MappedAddress">The address and port that the server saw it come from: this machine's public address, behind a NAT.</param>
/// <param name="LocalAddress">The local address that it was sent from.</param>
/// <param name="Server">The server's address.</param>
/// <param name="RoundTrip">How long the answer took; null when the request was sent more than once, as nobody knows which one was answered.</param>
public sealed record StunBinding(TransportAddress MappedAddress, TransportAddress LocalAddress, TransportAddress Server, TimeSpan? RoundTrip);
