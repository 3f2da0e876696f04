namespace Traversal.Benchmarks.Ice;

/// <summary>Who waits for whom.</summary>
internal enum ExchangeOrder
{
    /// <summary>A datagram is sent, and received.</summary>
    SendFirst,

    /// <summary>The receive of a datagram begins before it is sent.</summary>
    ReceiveFirst,

    /// <summary>As that, and each end sends when it has received: the window is one.</summary>
    InTurn,
}
