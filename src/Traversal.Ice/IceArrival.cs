namespace Traversal.Ice;

/// <summary>What an agent made of a packet.</summary>
public enum IceArrival : byte
{
    /// <summary>Nothing; a counter says why.</summary>
    Dropped = 0,

    /// <summary>It was of ICE, and there may be something to send.</summary>
    Handled,

    /// <summary>Data of the peer: the whole packet.</summary>
    Data,
}
