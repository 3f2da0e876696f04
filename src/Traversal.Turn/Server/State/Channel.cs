using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A channel binding (RFC 8656 section 12).</summary>
internal struct Channel
{
    /// <summary>How long it lasts (RFC 8656 section 12).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long after that neither the number nor the peer may be bound otherwise (RFC 8656 section 12).</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromMinutes(5);

    public TransportAddress Peer;
    public MonotonicTime ExpiresAt;

    /// <summary>When the permission for the peer expires; the permission tells its channels.</summary>
    public MonotonicTime PermittedUntil;

    /// <summary>The slot of its allocation.</summary>
    public int Allocation;

    /// <summary>The slot of the permission for the peer.</summary>
    public int Permission;

    /// <summary>The next one of its allocation.</summary>
    public int Next;

    /// <summary>The next one of its permission.</summary>
    public int NextOfPermission;

    public ChannelNumber Number;

    /// <summary>Whether the peer has one of the server's own addresses, so that each packet must find a live relay there.</summary>
    public bool IsOwnAddress;
}
