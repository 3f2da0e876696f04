namespace Traversal.Turn.Server;

/// <summary>Why a relay socket could not be opened.</summary>
public enum RelayOpenFailure : byte
{
    /// <summary>Another program has the port: another one is tried.</summary>
    PortTaken,

    /// <summary>There are no descriptors or no memory, or the address is not here: the client gets 508 (Insufficient Capacity).</summary>
    Exhausted,
}
