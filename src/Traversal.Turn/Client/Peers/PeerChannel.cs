using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <summary>A peer for which the client has bound a channel, or is about to (RFC 8656 section 12).</summary>
internal struct PeerChannel
{
    /// <summary>How long a binding lives (RFC 8656 section 12).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>A whole transaction fits between this and the end.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(9);

    /// <summary>How long after its end neither number nor peer may be bound otherwise (RFC 8656 section 12).</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromMinutes(5);

    /// <summary>How long a request, sent for as long as requests are, may hold number and peer together at the server.</summary>
    public static readonly TimeSpan Blocked = Lifetime + Quarantine + TimeSpan.FromSeconds(40);

    public TransportAddress Peer;

    /// <summary>Until when data may be sent on it.</summary>
    public MonotonicTime BoundUntil;

    /// <summary>Until when the server may hold number and peer together, whatever it has answered.</summary>
    public MonotonicTime BlockedUntil;

    /// <summary>When to ask the server.</summary>
    public MonotonicTime DueAt;

    /// <summary>Until when the peer's address is permitted.</summary>
    public MonotonicTime PermittedUntil;

    /// <summary>Whether the server is being asked.</summary>
    public bool IsAsked;

    /// <summary>Whether the server said no.</summary>
    public bool IsRefused;

    /// <summary>Whether nobody wants it any more.</summary>
    public bool IsForgotten;

    /// <summary>Whether data may be sent on it.</summary>
    public readonly bool IsOpen(MonotonicTime now) => BoundUntil > now && PermittedUntil > now;

    /// <summary>Whether the peer's data may come on it: the server's answer may be on the way still.</summary>
    public readonly bool IsActive(MonotonicTime now) => IsAsked || IsOpen(now);

    /// <summary>Whether it is kept, or was refused so lately that it is not asked for again.</summary>
    public readonly bool IsWanted(MonotonicTime now) => !IsForgotten && (!IsRefused || BlockedUntil > now);
}
