namespace Traversal.Turn.Client;

/// <summary>What a message from the server was.</summary>
public enum TurnArrivalKind : byte
{
    /// <summary>Nothing of use; the counters say why.</summary>
    Dropped = 0,

    /// <summary>Something between client and server. There may be messages to send and events to take.</summary>
    Handled,

    /// <summary>Data of a peer.</summary>
    Data,

    /// <summary>Data sent to a peer has not arrived: see <see cref="TurnArrival.Error"/>.</summary>
    PathError,
}
