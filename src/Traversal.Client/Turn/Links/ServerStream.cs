using Traversal.Primitives;

namespace Traversal.Client.Links;

/// <summary>A connected stream to a server, and where it begins.</summary>
internal sealed record ServerStream(Stream Stream, TransportAddress LocalAddress);
