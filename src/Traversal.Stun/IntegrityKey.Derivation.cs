using System.Security.Cryptography;
using System.Text;

namespace Traversal.Stun;

// CA5350, CA5351: MESSAGE-INTEGRITY is HMAC-SHA1 and its key an MD5 by definition (RFC 8489 sections 9.2.2 and 14.5).
#pragma warning disable CA5350, CA5351

public sealed partial class IntegrityKey
{
    /// <summary>A key given as bytes.</summary>
    public static IntegrityKey FromBytes(ReadOnlySpan<byte> key)
    {
        if (key.Length <= HashBlock.Length) return new IntegrityKey(key, key);

        // A key longer than a block is replaced by its hash, each hash function's own (RFC 2104 section 2).
        Span<byte> hashes = stackalloc byte[SHA1.HashSizeInBytes + SHA256.HashSizeInBytes];
        SHA1.HashData(key, hashes);
        SHA256.HashData(key, hashes[SHA1.HashSizeInBytes..]);
        var result = new IntegrityKey(hashes[..SHA1.HashSizeInBytes], hashes[SHA1.HashSizeInBytes..]);
        hashes.Clear();
        return result;
    }

    /// <summary>The key of the short-term mechanism: the password itself (RFC 8489 section 9.1.1).</summary>
    /// <param name="password">UTF-8, prepared with <see cref="OpaqueString"/> where it may be other than ASCII.</param>
    public static IntegrityKey ShortTerm(ReadOnlySpan<byte> password) => FromBytes(password);

    /// <inheritdoc cref="ShortTerm(ReadOnlySpan{byte})"/>
    public static IntegrityKey ShortTerm(ReadOnlySpan<char> password)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(password.Length)];
        IntegrityKey key = FromBytes(bytes.AsSpan(0, Encoding.UTF8.GetBytes(password, bytes)));
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>
    /// The session key of an <see cref="AccessToken"/> (RFC 7635 section 5): as it is, but one of 256 bits is hashed to 160 for HMAC-SHA1 (appendix B).
    /// </summary>
    /// <param name="macKey">20 to 32 bytes.</param>
    public static IntegrityKey OfSession(ReadOnlySpan<byte> macKey)
    {
        if (macKey.Length < AccessToken.MaxMacKeyLength) return FromBytes(macKey);

        Span<byte> sha1Key = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(macKey, sha1Key);
        var result = new IntegrityKey(sha1Key, macKey);
        sha1Key.Clear();
        return result;
    }

    /// <summary>
    /// The key of the long-term mechanism: a hash of <c>username:realm:password</c> (RFC 8489 sections 9.2.2 and 18.5.1).
    /// </summary>
    /// <param name="algorithm">The hash.</param>
    /// <param name="username">UTF-8, as it stands in USERNAME.</param>
    /// <param name="realm">UTF-8, prepared with <see cref="OpaqueString"/> where it may be other than ASCII.</param>
    /// <param name="password">UTF-8, prepared likewise.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is not one of the registry.</exception>
    public static IntegrityKey LongTerm(
        PasswordAlgorithm algorithm, ReadOnlySpan<byte> username, ReadOnlySpan<byte> realm, ReadOnlySpan<byte> password)
    {
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        int length = DeriveLongTerm(algorithm, username, realm, password, key);
        IntegrityKey result = FromBytes(key[..length]);
        key.Clear();
        return result;
    }

    /// <summary>The bytes of the long-term key, for a store of users that keeps them in the place of passwords.</summary>
    /// <param name="algorithm">The hash.</param>
    /// <param name="username">UTF-8, as it stands in USERNAME.</param>
    /// <param name="realm">UTF-8, prepared.</param>
    /// <param name="password">UTF-8, prepared.</param>
    /// <param name="destination">16 bytes for MD5, 32 for SHA-256.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="algorithm"/> is not one of the registry.</exception>
    public static int DeriveLongTerm(
        PasswordAlgorithm algorithm,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> realm,
        ReadOnlySpan<byte> password,
        Span<byte> destination)
    {
        HashAlgorithmName name = algorithm switch
        {
            PasswordAlgorithm.Md5 => HashAlgorithmName.MD5,
            PasswordAlgorithm.Sha256 => HashAlgorithmName.SHA256,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "MD5 or SHA-256."),
        };

        byte[] text = [.. username, (byte)':', .. realm, (byte)':', .. password];
        int written = CryptographicOperations.HashData(name, text, destination);
        CryptographicOperations.ZeroMemory(text);
        return written;
    }
}
