namespace Traversal.Turn.Server;

/// <summary>How far an allocation is.</summary>
internal enum AllocationPhase : byte
{
    /// <summary>The relay socket was asked for.</summary>
    Opening,

    /// <summary>It relays.</summary>
    Live,
}
