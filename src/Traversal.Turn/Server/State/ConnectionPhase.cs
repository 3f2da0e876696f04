namespace Traversal.Turn.Server;

/// <summary>How far a connection with a peer is (RFC 6062 section 5).</summary>
internal enum ConnectionPhase : byte
{
    /// <summary>The driver connects.</summary>
    Connecting,

    /// <summary>The driver was told to give up connecting and has not answered yet.</summary>
    GivenUp,

    /// <summary>It waits for a ConnectionBind.</summary>
    Pending,

    /// <summary>It carries data.</summary>
    Bound,
}
