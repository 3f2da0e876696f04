using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Where a client is sent: ALTERNATE-SERVER for each family, and the name in that server's certificate.</summary>
/// <param name="Server">The other server; of the family by which the client came, else the client is served here.</param>
/// <param name="OtherFamily">Its address of the other family; none if it has none.</param>
/// <param name="Domain">ALTERNATE-DOMAIN: a DNS name in ASCII, at most 255 bytes, where the certificate is another one; else empty.</param>
public readonly record struct Redirection(TransportAddress Server, TransportAddress OtherFamily = default, ReadOnlyMemory<byte> Domain = default);
