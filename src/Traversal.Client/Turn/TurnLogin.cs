using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>Who a client is: a name and a password, or a token of an authorization server (RFC 7635). Immutable.</summary>
public sealed class TurnLogin
{
    private readonly Func<MonotonicTime?, TurnCredential> _make;

    private TurnLogin(string name, DateTimeOffset? expiresAt, Func<MonotonicTime?, TurnCredential> make)
    {
        Name = name;
        ExpiresAt = expiresAt;
        _make = make;
        make(null);
    }

    /// <summary>The user's name, or that of a token's key.</summary>
    public string Name { get; }

    /// <summary>When it is over; null where it is not limited or nobody knows. Another one is asked for a minute before.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>A name and a password.</summary>
    /// <param name="username">As the user typed it.</param>
    /// <param name="password">Likewise.</param>
    /// <param name="expiresAt">When a time-limited one is over.</param>
    /// <exception cref="ArgumentException">One of them is empty, too long, or has characters that RFC 8265 forbids.</exception>
    public static TurnLogin FromPassword(string username, string password, DateTimeOffset? expiresAt = null) =>
        new(username, expiresAt, end => TurnCredential.FromPassword(username, password, end));

    /// <summary>A token that an authorization server gave out for the TURN server (RFC 7635 section 4).</summary>
    /// <param name="keyId">The name of the key.</param>
    /// <param name="macKey">The session key that came with the token.</param>
    /// <param name="token">The token.</param>
    /// <param name="expiresAt">When it is over.</param>
    /// <exception cref="ArgumentException">One of them is empty or too long.</exception>
    public static TurnLogin FromToken(string keyId, ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> token, DateTimeOffset? expiresAt = null)
    {
        byte[] key = macKey.ToArray(), opaque = token.ToArray();
        return new(keyId, expiresAt, end => TurnCredential.FromToken(keyId, key, opaque, end));
    }

    /// <summary>The name; never the secret.</summary>
    public override string ToString() => Name;

    internal TurnCredential ToCredential(MonotonicClock clock, TimeProvider time) =>
        _make(ExpiresAt is { } end ? clock.Now + (end - time.GetUtcNow()) : null);
}
