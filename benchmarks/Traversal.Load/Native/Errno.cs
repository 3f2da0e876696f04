namespace Traversal.Load.Native;

/// <summary>The error numbers of Linux that the generator decides upon.</summary>
internal enum Errno
{
    Interrupted = 4,
    Again = 11,
    NoBuffers = 105,
    ConnectionReset = 104,
    ConnectionRefused = 111,
}
