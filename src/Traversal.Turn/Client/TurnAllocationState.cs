namespace Traversal.Turn.Client;

/// <summary>How far an allocation is.</summary>
public enum TurnAllocationState : byte
{
    /// <summary>The server has been asked.</summary>
    Allocating,

    /// <summary>There is a relayed address, and it is kept.</summary>
    Allocated,

    /// <summary>It is being given up.</summary>
    Closing,

    /// <summary>It is over; <see cref="TurnAllocation.Failure"/> says why.</summary>
    Ended,
}
