namespace Traversal.Load.Engine;

/// <summary>Which way packets go.</summary>
[Flags]
internal enum Directions : byte
{
    None = 0,

    /// <summary>From client to peer.</summary>
    Up = 1,

    /// <summary>From peer to client.</summary>
    Down = 2,

    Both = Up | Down,
}
