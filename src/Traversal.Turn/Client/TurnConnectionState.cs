namespace Traversal.Turn.Client;

/// <summary>How far the binding of a connection is.</summary>
public enum TurnConnectionState : byte
{
    /// <summary>The server has been asked.</summary>
    Binding,

    /// <summary>Every further byte is the peer's or for it.</summary>
    Bound,

    /// <summary>It is of no use: close it.</summary>
    Failed,
}
