namespace Traversal.Client;

/// <summary>What carries a connection to a peer.</summary>
public enum PeerCarrierKind
{
    /// <summary>The reliable stream over the path that ICE found, which may change under it.</summary>
    Ice = 0,

    /// <summary>A TCP connection.</summary>
    Tcp,
}
