namespace Traversal.Turn.Client;

/// <summary>What became of data for a peer.</summary>
public enum TurnWrapStatus : byte
{
    /// <summary>The message stands in the packet: send it.</summary>
    Ready = 0,

    /// <summary>The peer is not permitted yet; the server is being asked.</summary>
    Pending,

    /// <summary>The server refuses the peer, or has no room for it. <see cref="TurnAllocation.Permit"/> asks again.</summary>
    Refused,

    /// <summary>There are as many permissions as the options allow.</summary>
    Full,

    /// <summary>There is no allocation, or not by this path yet.</summary>
    NoAllocation,

    /// <summary>The allocation has no address of the peer's family, or relays connections alone.</summary>
    WrongFamily,

    /// <summary>The data is longer than the message can say.</summary>
    TooLong,

    /// <summary>The server does not set the DF bit.</summary>
    NoDontFragment,
}
