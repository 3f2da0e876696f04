using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Traversal.Peer.Datagrams;

/// <summary>
/// Seals and opens datagrams that go beside the reliable stream: whoever carries them can neither read, change, make nor repeat one, and may lose and reorder
/// them. AES-256-GCM (RFC 5116 section 5.2) with a key for each direction and a number for each datagram. For one thread; a datagram allocates nothing.
/// </summary>
/// <remarks>
/// A packet is a byte that no STUN, DTLS, TURN or RTP packet (RFC 7983 section 7) and no packet of the reliable stream begins with, the number in seven bytes,
/// the sealed payload, and the tag.
/// </remarks>
public sealed class DatagramSeal : IDisposable
{
    /// <summary>How many bytes a packet has more than its payload.</summary>
    public const int Overhead = HeaderLength + TagLength;

    /// <summary>The length of a key.</summary>
    public const int KeyLength = 32;

    private const int HeaderLength = 8, TagLength = 16, NonceLength = 12;
    private const byte FirstByte = 0xC2;
    private const long MaxNumber = (1L << 56) - 1;

    private readonly AesGcm _sending, _receiving;
    private ReplayWindow _window;
    private long _next;

    /// <summary>A seal that has sealed nothing.</summary>
    /// <param name="sendingKey">The key of what this side sends; <see cref="KeyLength"/> bytes, never used before.</param>
    /// <param name="receivingKey">The key of what the other side sends.</param>
    /// <exception cref="ArgumentException">A key has another length, or the two are the same.</exception>
    public DatagramSeal(ReadOnlySpan<byte> sendingKey, ReadOnlySpan<byte> receivingKey)
    {
        if (sendingKey.Length != KeyLength) throw new ArgumentException($"{KeyLength} bytes.", nameof(sendingKey));
        if (receivingKey.Length != KeyLength) throw new ArgumentException($"{KeyLength} bytes.", nameof(receivingKey));
        if (sendingKey.SequenceEqual(receivingKey)) throw new ArgumentException("Each direction has its own key.", nameof(receivingKey));

        _sending = new AesGcm(sendingKey, TagLength);
        _receiving = new AesGcm(receivingKey, TagLength);
    }

    /// <summary>Whether a packet may be a datagram, by its first byte.</summary>
    public static bool LooksLikeDatagram(ReadOnlySpan<byte> packet) => packet.Length >= Overhead && packet[0] == FirstByte;

    /// <summary>Seals a payload.</summary>
    /// <param name="payload">Its bytes, maybe none.</param>
    /// <param name="destination">Where the packet goes: <see cref="Overhead"/> more than the payload, with which it does not overlap.</param>
    /// <returns>The length of the packet; 0 where all 2^56 numbers are used up.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int Seal(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        int length = payload.Length + Overhead;
        if (destination.Length < length) throw new ArgumentException($"At least {length} bytes.", nameof(destination));
        if (_next > MaxNumber) return 0;

        Span<byte> packet = destination[..length], nonce = stackalloc byte[NonceLength];
        BinaryPrimitives.WriteInt64BigEndian(packet, _next);
        packet[0] = FirstByte;
        WriteNonce(nonce, _next++);
        _sending.Encrypt(nonce, payload, packet[HeaderLength..^TagLength], packet[^TagLength..], packet[..HeaderLength]);
        return length;
    }

    /// <summary>Opens a packet.</summary>
    /// <param name="packet">The packet, which may be anybody's.</param>
    /// <param name="destination">Where the payload goes: at least as long as the packet less <see cref="Overhead"/>, with which it does not overlap.</param>
    /// <param name="length">The length of the payload; 0 unless <see cref="DatagramArrival.Opened"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public DatagramArrival TryOpen(ReadOnlySpan<byte> packet, Span<byte> destination, out int length)
    {
        length = 0;
        if (!LooksLikeDatagram(packet)) return DatagramArrival.NotDatagram;
        if (destination.Length < packet.Length - Overhead) throw new ArgumentException($"At least {packet.Length - Overhead} bytes.", nameof(destination));

        long number = BinaryPrimitives.ReadInt64BigEndian(packet) & MaxNumber;
        if (_window.HasCome(number)) return DatagramArrival.Replayed;

        Span<byte> payload = destination[..(packet.Length - Overhead)];
        if (!IsSealed(packet, number, payload))
        {
            payload.Clear();
            return DatagramArrival.Forged;
        }

        _window.Note(number);
        length = payload.Length;
        return DatagramArrival.Opened;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sending.Dispose();
        _receiving.Dispose();
    }

    /// <summary>Has the next datagram be of a number, so that a test need not wait for it.</summary>
    internal void GoTo(long number) => _next = number;

    // Decrypt would throw for each packet that somebody forged. The cipher is a key stream (NIST SP 800-38D section 7.1), so to encrypt what is sealed gives the
    // payload, and to encrypt that again gives the tag that the packet should have.
    private bool IsSealed(ReadOnlySpan<byte> packet, long number, Span<byte> payload)
    {
        Span<byte> tag = stackalloc byte[TagLength], nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, number);
        byte[] again = ArrayPool<byte>.Shared.Rent(payload.Length);
        ReadOnlySpan<byte> header = packet[..HeaderLength];
        _receiving.Encrypt(nonce, packet[HeaderLength..^TagLength], payload, tag, header);
        _receiving.Encrypt(nonce, payload, again.AsSpan(0, payload.Length), tag, header);
        ArrayPool<byte>.Shared.Return(again);
        return CryptographicOperations.FixedTimeEquals(tag, packet[^TagLength..]);
    }

    private static void WriteNonce(Span<byte> nonce, long number)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[^sizeof(long)..], number);
    }
}
