using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A channel binding (RFC 8656 section 12); with number 0 it is none.</summary>
internal struct Channel
{
    /// <summary>How long it lasts (RFC 8656 section 12).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long after that neither the number nor the peer may be bound otherwise (RFC 8656 section 12).</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromMinutes(5);

    public ChannelNumber Number;

    /// <summary>Whether the peer has one of the server's own addresses, where each packet looks for a live relay first.</summary>
    public bool IsOwnAddress;

    /// <summary>Whether packets may go through the socket to such a peer when there is no relay, as of <see cref="RouteVersion"/>.</summary>
    public bool MayUseSocket;

    /// <summary>Whether <see cref="ChannelTable.RemoveDoomed"/> is to take it.</summary>
    public bool IsDoomed;

    public TransportAddress Peer;
    public MonotonicTime ExpiresAt;

    /// <summary>When the permission for the peer expires; the permission tells its channels.</summary>
    public MonotonicTime PermittedUntil;

    /// <summary>The number of the relay address on which such a peer is, or <see cref="RelayMachine.NoSlot"/>.</summary>
    public short Host;

    /// <summary>Under which own addresses and policy the two were found.</summary>
    public int RouteVersion;

    /// <summary>The slot of its allocation.</summary>
    public int Allocation;

    /// <summary>The slot of the permission for the peer.</summary>
    public int Permission;

    /// <summary>The next one of its allocation.</summary>
    public int Next;

    /// <summary>Whether it binds.</summary>
    public readonly bool IsBound => Number.Value != 0;
}
