using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>A stream that is ready to carry frames.</summary>
/// <param name="Stream">Its bytes; disposing of it disposes of the raw stream too.</param>
/// <param name="Remote">The client's address, which is not the one that the connection comes from when a proxy stands between.</param>
public readonly record struct StreamUpgrade(Stream Stream, TransportAddress Remote);
