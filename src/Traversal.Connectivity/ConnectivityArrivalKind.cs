namespace Traversal.Connectivity;

/// <summary>What a packet was.</summary>
public enum ConnectivityArrivalKind : byte
{
    /// <summary>Nothing of use; a counter of the agent or of an allocation says why.</summary>
    Dropped = 0,

    /// <summary>It was dealt with. There may be something to send, and events to take.</summary>
    Handled,

    /// <summary>Data of the peer.</summary>
    Data,
}
