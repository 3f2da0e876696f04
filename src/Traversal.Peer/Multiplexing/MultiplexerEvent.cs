namespace Traversal.Peer.Multiplexing;

/// <summary>What has happened.</summary>
/// <param name="Kinds">What, one or several at once.</param>
/// <param name="Stream">To which stream; null where it is about the multiplexer.</param>
public readonly record struct MultiplexerEvent(MultiplexerEventKind Kinds, MultiplexedStream? Stream);
