namespace Traversal.Server;

/// <summary>What a shard is told of a connection with a peer.</summary>
internal readonly record struct PeerEvent(PeerEventKind Kind, PeerLink Link);
