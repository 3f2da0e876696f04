namespace Traversal.Stun.Discovery;

/// <summary>What became of a probe.</summary>
internal enum ProbeOutcome : byte
{
    /// <summary>It waits for its turn or its answer.</summary>
    Pending,

    /// <summary>What was hoped for arrived where it was hoped for.</summary>
    Arrived,

    /// <summary>The server answered, but not from where or to where it was asked to.</summary>
    Elsewhere,

    /// <summary>The server answered with an error.</summary>
    Rejected,

    /// <summary>Nothing came.</summary>
    Silence,
}
