using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Traversal.Fuzz;

/// <summary>The seal of the reliable path's first phase, written once more from its description: GMAC over header and frames, with the number as nonce.</summary>
internal sealed class SealOfPeer : IDisposable
{
    /// <summary>The first byte and the number.</summary>
    public const int HeaderLength = 8;

    public const int TagLength = 16;

    private const int KeyLength = 16, SaltLength = 4;
    private const byte FirstByte = 0xC0;

    private readonly AesGcm _cipher;
    private readonly byte[] _nonce = new byte[SaltLength + 8];

    /// <summary>The seal of the side that has opened the path, or of the other.</summary>
    public SealOfPeer(ReadOnlySpan<byte> secret, bool isInitiator)
    {
        Span<byte> material = stackalloc byte[KeyLength + SaltLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, material, "traversal reliable path"u8, isInitiator ? "initiator"u8 : "other"u8);
        _cipher = new AesGcm(material[..KeyLength], TagLength);
        material[KeyLength..].CopyTo(_nonce);
    }

    /// <summary>Writes a packet of frames into <paramref name="packet"/>, and says how long it is.</summary>
    public int Write(Span<byte> packet, long number, ReadOnlySpan<byte> frames)
    {
        BinaryPrimitives.WriteInt64BigEndian(packet, number);
        packet[0] = FirstByte;
        frames.CopyTo(packet[HeaderLength..]);
        int length = HeaderLength + frames.Length;
        BinaryPrimitives.WriteInt64BigEndian(_nonce.AsSpan(SaltLength), number);
        _cipher.Encrypt(_nonce, default(ReadOnlySpan<byte>), default, packet.Slice(length, TagLength), packet[..length]);
        return length + TagLength;
    }

    public void Dispose() => _cipher.Dispose();
}
