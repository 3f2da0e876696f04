namespace Traversal.Peer.Reliable;

/// <summary>What has happened.</summary>
/// <param name="Kinds">What, one or several at once.</param>
/// <param name="Conversation">To which conversation; null where the path is closed.</param>
public readonly record struct ReliableEvent(ReliableEventKind Kinds, Conversation? Conversation);
