using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Traversal.Peer.Reliable.Wire;

/// <summary>
/// The tags of one direction and one phase: GMAC (NIST SP 800-38D) over the whole packet, with its number as nonce, which no key sees twice.
/// </summary>
internal sealed class PacketSeal : IDisposable
{
    /// <summary>How many bytes a tag takes, behind the packet.</summary>
    public const int TagLength = 16;

    private const int KeyLength = 16, SaltLength = 4, NonceLength = 12;

    private readonly AesGcm _cipher;
    private readonly byte[] _salt = new byte[SaltLength];

    /// <summary>A seal whose key follows from a secret.</summary>
    /// <param name="secret">What both sides know, and nobody else.</param>
    /// <param name="label">What tells this seal from others of that secret.</param>
    public PacketSeal(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label)
    {
        Span<byte> material = stackalloc byte[KeyLength + SaltLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, material, salt: "traversal reliable path"u8, info: label);
        _cipher = new AesGcm(material[..KeyLength], TagLength);
        material[KeyLength..].CopyTo(_salt);
    }

    /// <summary>Writes the tag into the last <see cref="TagLength"/> bytes of a packet.</summary>
    public void Seal(Span<byte> packet, long number)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, number);
        _cipher.Encrypt(nonce, [], [], packet[^TagLength..], packet[..^TagLength]);
    }

    /// <summary>Whether the last bytes of a packet are its tag.</summary>
    public bool IsSealed(ReadOnlySpan<byte> packet, long number)
    {
        Span<byte> tag = stackalloc byte[TagLength], nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, number);

        // Decrypt would throw for each packet that somebody forged.
        _cipher.Encrypt(nonce, [], [], tag, packet[..^TagLength]);
        return CryptographicOperations.FixedTimeEquals(tag, packet[^TagLength..]);
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private void WriteNonce(Span<byte> nonce, long number)
    {
        _salt.CopyTo(nonce);
        BinaryPrimitives.WriteInt64BigEndian(nonce[SaltLength..], number);
    }
}
