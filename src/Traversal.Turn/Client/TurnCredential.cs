using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>Who a client is: a name and a password, or a token of an authorization server (RFC 7635). Immutable and safe from any thread.</summary>
public sealed class TurnCredential
{
    private readonly byte[] _password;
    private readonly IntegrityKey? _tokenKey;

    private TurnCredential(byte[] username, byte[] password, ReadOnlyMemory<byte> token, IntegrityKey? tokenKey, MonotonicTime expiresAt)
    {
        UsernameBytes = username;
        _password = password;
        Token = token;
        _tokenKey = tokenKey;
        ExpiresAt = expiresAt;
    }

    /// <summary>When it is over; <see cref="MonotonicTime.Never"/> where nobody knows. An allocation asks for another one in time.</summary>
    public MonotonicTime ExpiresAt { get; }

    /// <summary>Whether it is a token of an authorization server.</summary>
    public bool IsToken => _tokenKey is not null;

    internal byte[] UsernameBytes { get; }

    internal ReadOnlyMemory<byte> Token { get; }

    /// <summary>A name and a password.</summary>
    /// <param name="username">As the user typed it; it is prepared (RFC 8489 section 14.3).</param>
    /// <param name="password">Likewise.</param>
    /// <param name="expiresAt">When a time-limited one is over; null where it is not limited or nobody knows.</param>
    /// <exception cref="ArgumentException">One of them is empty, too long, or has characters that the profile forbids.</exception>
    public static TurnCredential FromPassword(string username, string password, MonotonicTime? expiresAt = null) =>
        new(PrepareName(username, nameof(username)), Prepare(password, nameof(password)), default, null, expiresAt ?? MonotonicTime.Never);

    /// <summary>A token that an authorization server gave out for this TURN server (RFC 7635 section 4).</summary>
    /// <param name="keyId">The name of the key, which stands in USERNAME.</param>
    /// <param name="macKey">The session key that came with the token.</param>
    /// <param name="token">The token, which only the TURN server can read.</param>
    /// <param name="expiresAt">When it is over; null where nobody knows.</param>
    /// <exception cref="ArgumentException">One of them is empty or too long.</exception>
    public static TurnCredential FromToken(string keyId, ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> token, MonotonicTime? expiresAt = null)
    {
        if (macKey.IsEmpty) throw new ArgumentException("A session key has bytes.", nameof(macKey));
        if (token.IsEmpty || token.Length > ClientLimits.MaxTokenBytes)
            throw new ArgumentException($"A token has 1 to {ClientLimits.MaxTokenBytes} bytes.", nameof(token));

        return new(PrepareName(keyId, nameof(keyId)), [], token.ToArray(), IntegrityKey.FromBytes(macKey), expiresAt ?? MonotonicTime.Never);
    }

    /// <summary>The key under which requests are signed: that of the token, or one made of name, realm and password (RFC 8489 section 9.2.2).</summary>
    internal IntegrityKey KeyFor(PasswordAlgorithm algorithm, ReadOnlySpan<byte> preparedRealm) =>
        _tokenKey ?? IntegrityKey.LongTerm(algorithm, UsernameBytes, preparedRealm, _password);

    private static byte[] PrepareName(string text, string parameter)
    {
        byte[] bytes = Prepare(text, parameter);
        return bytes.Length <= StunLimits.MaxWrittenUsernameBytes
            ? bytes
            : throw new ArgumentException($"At most {StunLimits.MaxWrittenUsernameBytes} bytes.", parameter);
    }

    private static byte[] Prepare(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        return OpaqueString.TryPrepare(text, out string prepared)
            ? Encoding.UTF8.GetBytes(prepared)
            : throw new ArgumentException("Empty, too long, or not what the profile allows.", parameter);
    }
}
