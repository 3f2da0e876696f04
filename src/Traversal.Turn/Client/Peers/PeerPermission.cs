using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <summary>A peer's IP address that the client wants to be permitted (RFC 8656 section 9).</summary>
internal struct PeerPermission
{
    /// <summary>The lifetime, which the server counts from later on than the client (RFC 8656 section 9).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>A whole transaction fits between this and the end.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(4);

    /// <summary>What is due so soon goes along with what is due, in one request.</summary>
    public static readonly TimeSpan Batching = TimeSpan.FromSeconds(45);

    /// <summary>The address, its port 0.</summary>
    public TransportAddress Address;

    /// <summary>Until when data may be sent to it.</summary>
    public MonotonicTime ExpiresAt;

    /// <summary>When to ask the server.</summary>
    public MonotonicTime DueAt;


    /// <summary>Whether the server is being asked.</summary>
    public bool IsAsked;

    /// <summary>Whether a channel is being bound, which brings it.</summary>
    public bool IsAwaitingChannel;

    /// <summary>Whether the server said no.</summary>
    public bool IsRefused;

    /// <summary>Whether it must be asked for alone, as a request with others was refused, which of them is to blame it did not say.</summary>
    public bool IsAlone;

    /// <summary>Whether nobody wants it any more.</summary>
    public bool IsForgotten;

    /// <summary>Whether data may be sent.</summary>
    public readonly bool IsGranted(MonotonicTime now) => ExpiresAt > now;

    /// <summary>Whether the server may let the peer's data through: its answer may be on the way still.</summary>
    public readonly bool IsActive(MonotonicTime now) => ExpiresAt > now || IsAsked || IsAwaitingChannel;
}
