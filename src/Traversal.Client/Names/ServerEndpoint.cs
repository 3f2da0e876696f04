using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>One way to reach a server.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Transport">The transport.</param>
/// <param name="Name">
/// What its certificate must be for: the host that was asked for, never a name that the DNS put in its place (RFC 5928 section 5).
/// </param>
public sealed record ServerEndpoint(TransportAddress Address, ServerTransport Transport, string Name);
