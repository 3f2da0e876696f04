namespace Traversal.Transport;

/// <summary>What a socket is for; it decides about buffers and about sharing the port.</summary>
public enum SocketRole
{
    /// <summary>A port for one use. It is never shared.</summary>
    Relay = 0,

    /// <summary>
    /// A port that clients know, with large buffers. It is opened only if nobody, this process included, holds the address; from then on
    /// <see cref="ListenerShare"/> may join it.
    /// </summary>
    Listener = 1,

    /// <summary>
    /// Another shard's share of an address that this process opened as <see cref="Listener"/>: the kernel spreads the clients over all
    /// shares, each client to the same one. Needs <see cref="EngineCapabilities.SharedListeners"/>.
    /// </summary>
    ListenerShare = 2,
}
