namespace Traversal.Primitives;

/// <summary>
/// A socket or stream connection as the state machines know it: a number given by whoever opened it, not a descriptor. The default
/// value, <see cref="None"/>, is no socket.
/// </summary>
/// <param name="Value">The number; 0 is no socket.</param>
public readonly record struct SocketId(int Value)
{
    /// <summary>No socket.</summary>
    public static SocketId None => default;
}
