using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Where requests come in: a UDP listener or a stream connection.</summary>
internal sealed class Listener(ListenerKind kind, TransportAddress reached, TransportAddress remote, int number, bool isMessages = false)
{
    /// <summary>The address that clients reached, by which their relay addresses are chosen.</summary>
    public readonly TransportAddress Reached = reached;

    /// <summary>The client's end of a connection.</summary>
    public readonly TransportAddress Remote = remote;

    /// <summary>Which of the two it is.</summary>
    public ListenerKind Kind { get; } = kind;

    /// <summary>Whether it is a connection that carries nothing but messages, as a WebSocket.</summary>
    public bool IsMessages { get; } = isMessages;

    /// <summary>The number of a UDP listener in the group, or <see cref="RelayMachine.NoSlot"/>.</summary>
    public int Number { get; } = number;
}
