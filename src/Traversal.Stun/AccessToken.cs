using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Traversal.Stun;

/// <summary>
/// The self-contained token in ACCESS-TOKEN (RFC 7635 section 6.2): a session key, sealed by an authorization server with AES-GCM under a key that it
/// shares with the STUN server.
/// </summary>
public static class AccessToken
{
    /// <summary>The longest session key in bytes: that of HMAC-SHA-256 (RFC 7635 appendix B).</summary>
    public const int MaxMacKeyLength = 32;

    /// <summary>The longest token.</summary>
    public const int MaxLength = sizeof(ushort) + NonceLength + FixedLength + MaxMacKeyLength + TagLength;

    /// <summary>How far the clocks of the two servers may differ in seconds (RFC 7635 section 7).</summary>
    public const int DeltaSeconds = 5;

    private const int MinMacKeyLength = 20; // "160 bits MUST be supported".
    private const int NonceLength = 12, TagLength = 16; // AEAD_AES_GCM (RFC 5116 section 5).
    private const int FixedLength = sizeof(ushort) + sizeof(ulong) + sizeof(uint);

    /// <summary>Reads a token. Every length is judged before anything is decrypted, and no byte of it allocates.</summary>
    /// <param name="token">The attribute's value.</param>
    /// <param name="cipher">The cipher with the long-term key, of 128 or 256 bits.</param>
    /// <param name="serverName">The STUN server's name in UTF-8, as in THIRD-PARTY-AUTHORIZATION.</param>
    /// <param name="macKey">Receives the session key; <see cref="MaxMacKeyLength"/> bytes.</param>
    /// <param name="terms">How long the key is, and when the token was made and how long it is good.</param>
    /// <returns>False for a token of another form, for another server, or that was changed.</returns>
    /// <exception cref="ArgumentException"><paramref name="macKey"/> is too short.</exception>
    public static bool TryOpen(
        ReadOnlySpan<byte> token, AesGcm cipher, ReadOnlySpan<byte> serverName, Span<byte> macKey, out AccessTokenTerms terms)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        if (macKey.Length < MaxMacKeyLength) throw new ArgumentException("A session key has up to 32 bytes.", nameof(macKey));

        terms = default;
        int blockLength = token.Length - sizeof(ushort) - NonceLength - TagLength;
        if (blockLength is < FixedLength + MinMacKeyLength or > FixedLength + MaxMacKeyLength) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(token) != NonceLength) return false;

        ReadOnlySpan<byte> nonce = token.Slice(sizeof(ushort), NonceLength), sealedBlock = token[(sizeof(ushort) + NonceLength)..^TagLength];
        Span<byte> block = stackalloc byte[FixedLength + MaxMacKeyLength];
        block = block[..blockLength];
        int keyLength = blockLength - FixedLength;
        bool isGenuine = Decrypt(cipher, nonce, sealedBlock, token[^TagLength..], serverName, block) &&
            BinaryPrimitives.ReadUInt16BigEndian(block) == keyLength;
        if (isGenuine)
        {
            block.Slice(sizeof(ushort), keyLength).CopyTo(macKey);
            ReadOnlySpan<byte> times = block[(sizeof(ushort) + keyLength)..];
            terms = new AccessTokenTerms(
                keyLength, BinaryPrimitives.ReadUInt64BigEndian(times), BinaryPrimitives.ReadUInt32BigEndian(times[sizeof(ulong)..]));
        }

        block.Clear();
        return isGenuine;
    }

    /// <summary>Writes a token, as an authorization server does.</summary>
    /// <param name="macKey">The session key, 20 to 32 bytes.</param>
    /// <param name="timestamp">When it is made, in the format of RFC 7635: Unix seconds in the upper 48 bits, 1/64000 of a second in the lower 16.</param>
    /// <param name="lifetimeSeconds">How long it is good.</param>
    /// <param name="cipher">The cipher with the long-term key.</param>
    /// <param name="nonce">12 bytes that were never used with this key before.</param>
    /// <param name="serverName">The STUN server's name in UTF-8.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The key, the nonce or the destination has another length.</exception>
    public static int Seal(
        ReadOnlySpan<byte> macKey,
        ulong timestamp,
        uint lifetimeSeconds,
        AesGcm cipher,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> serverName,
        Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        if (macKey.Length is < MinMacKeyLength or > MaxMacKeyLength) throw new ArgumentException("A session key has 20 to 32 bytes.", nameof(macKey));
        if (nonce.Length != NonceLength) throw new ArgumentException("A nonce has 12 bytes.", nameof(nonce));
        if (destination.Length < MaxLength) throw new ArgumentException("A token has up to 78 bytes.", nameof(destination));

        Span<byte> block = stackalloc byte[FixedLength + MaxMacKeyLength];
        block = block[..(FixedLength + macKey.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(block, (ushort)macKey.Length);
        macKey.CopyTo(block[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt64BigEndian(block[(sizeof(ushort) + macKey.Length)..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(block[^sizeof(uint)..], lifetimeSeconds);

        BinaryPrimitives.WriteUInt16BigEndian(destination, NonceLength);
        nonce.CopyTo(destination[sizeof(ushort)..]);
        Span<byte> sealedBlock = destination.Slice(sizeof(ushort) + NonceLength, block.Length);
        cipher.Encrypt(nonce, block, sealedBlock, destination.Slice(sizeof(ushort) + NonceLength + block.Length, TagLength), serverName);
        block.Clear();
        return sizeof(ushort) + NonceLength + FixedLength + macKey.Length + TagLength;
    }

    // AesGcm.Decrypt throws where the tag is wrong, and whoever forges tokens would have an exception made for each. GCM's key stream is the same both
    // ways (NIST SP 800-38D section 7), so to encrypt the ciphertext gives the text, and to encrypt that gives the tag that the token must have.
    private static bool Decrypt(
        AesGcm cipher,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> sealedBlock,
        ReadOnlySpan<byte> tag,
        ReadOnlySpan<byte> serverName,
        Span<byte> block)
    {
        Span<byte> expected = stackalloc byte[TagLength], again = stackalloc byte[FixedLength + MaxMacKeyLength];
        cipher.Encrypt(nonce, sealedBlock, block, expected, serverName);
        cipher.Encrypt(nonce, block, again[..block.Length], expected, serverName);
        return ConstantTime.Equals(expected, tag);
    }
}
