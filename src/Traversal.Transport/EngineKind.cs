namespace Traversal.Transport;

/// <summary>Which datagram engine to take.</summary>
public enum EngineKind
{
    /// <summary>The fastest that works here.</summary>
    Auto = 0,

    /// <summary>System.Net.Sockets: every platform.</summary>
    Managed,

    /// <summary>epoll with batched and segmented system calls: Linux.</summary>
    Linux,
}
