using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// A long-term key that an authorization server shares with the relay, and by which it seals access tokens (RFC 7635 section 4.1). Immutable and safe
/// from any thread. It has no text form, so that it cannot be logged by accident.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A request may still use a key that was replaced; the cipher has a finalizer.")]
public sealed class TokenKey
{
    private const int TagLength = 16;

    private readonly Lock _lock = new();
    private readonly AesGcm _cipher;

    /// <summary>Prepares a key.</summary>
    /// <param name="id">The key identifier (kid), which clients send as USERNAME; at most 508 bytes of UTF-8.</param>
    /// <param name="key">32 bytes for A256GCM, or 16 for A128GCM.</param>
    /// <exception cref="ArgumentException">The identifier is empty, too long or has characters that RFC 8265 forbids, or the key has another length.</exception>
    public TokenKey(string id, ReadOnlySpan<byte> key)
    {
        if (!OpaqueString.TryPrepare(id, out string prepared) || Encoding.UTF8.GetByteCount(prepared) > StunLimits.MaxWrittenUsernameBytes)
            throw new ArgumentException("A key identifier has 1 to 508 bytes and no control characters.", nameof(id));
        if (key.Length is not (16 or 32)) throw new ArgumentException("A key of tokens has 16 or 32 bytes.", nameof(key));
        Id = prepared;
        _cipher = new AesGcm(key, TagLength);
    }

    /// <summary>The key identifier.</summary>
    public string Id { get; }

    // A cipher is for one thread at a time.
    internal bool TryOpen(ReadOnlySpan<byte> token, ReadOnlySpan<byte> serverName, Span<byte> macKey, out AccessTokenTerms terms)
    {
        lock (_lock) return AccessToken.TryOpen(token, _cipher, serverName, macKey, out terms);
    }
}
