using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Where requests come in: a UDP listener or a stream connection.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Local">The server's end, which may be a wildcard address.</param>
/// <param name="Reached">The address that clients reached, by which their relay addresses are chosen.</param>
/// <param name="Remote">The client's end of a connection.</param>
internal readonly record struct Listener(ListenerKind Kind, TransportAddress Local, TransportAddress Reached, TransportAddress Remote);
