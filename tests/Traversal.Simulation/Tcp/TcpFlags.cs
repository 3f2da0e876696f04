namespace Traversal.Simulation;

/// <summary>What a segment is beside a carrier of bytes.</summary>
[Flags]
internal enum TcpFlags
{
    None = 0,

    /// <summary>Asks for a connection.</summary>
    Open = 1,

    /// <summary>Grants it.</summary>
    Accept = 2,

    /// <summary>Nothing comes after it.</summary>
    End = 4,

    /// <summary>There is no such connection.</summary>
    Reset = 8,
}
