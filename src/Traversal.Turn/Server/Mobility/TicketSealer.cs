using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Traversal.Turn.Server;

/// <summary>
/// Makes and opens mobility tickets (RFC 8016 section 3.3): encrypted and authenticated under keys that only this group has. For one thread.
/// </summary>
/// <remarks>
/// A ticket is 32 printable bytes, as the most used client keeps it in a string of that length, which leaves no room for a nonce beside the tag. So
/// the tag is the nonce: a code over the content, from which the key stream follows (the synthetic initialization vector of RFC 5297). One content has
/// one ticket, and an answer that is written again is the same.
/// </remarks>
internal sealed class TicketSealer
{
    /// <summary>The length of every ticket.</summary>
    public const int Length = 32;

    public const int SecretLength = 32;

    private const int ContentLength = sizeof(byte) + sizeof(int) + sizeof(ulong);
    private const int TagLength = 24 - ContentLength;

    private readonly byte[] _tagKey;
    private readonly byte[] _streamKey;

    public TicketSealer(byte[] secret)
    {
        _tagKey = HMACSHA256.HashData(secret, "traversal ticket tag"u8);
        _streamKey = HMACSHA256.HashData(secret, "traversal ticket stream"u8);
    }

    /// <summary>Writes a ticket.</summary>
    /// <param name="ticket">What it says.</param>
    /// <param name="destination"><see cref="Length"/> bytes.</param>
    public void Seal(in Ticket ticket, Span<byte> destination)
    {
        Span<byte> sealedBytes = stackalloc byte[TagLength + ContentLength];
        Span<byte> tag = sealedBytes[..TagLength], content = sealedBytes[TagLength..];
        content[0] = (byte)ticket.Shard;
        BinaryPrimitives.WriteInt32BigEndian(content[1..], ticket.Handle);
        BinaryPrimitives.WriteUInt64BigEndian(content[5..], ticket.Number);
        WriteTag(content, tag);
        Mask(tag, content);
        Base64Url.EncodeToUtf8(sealedBytes, destination);
    }

    /// <summary>Reads a ticket of this group; anything else is refused.</summary>
    public bool TryOpen(ReadOnlySpan<byte> text, out Ticket ticket)
    {
        ticket = default;
        Span<byte> sealedBytes = stackalloc byte[TagLength + ContentLength];
        if (text.Length != Length || Base64Url.DecodeFromUtf8(text, sealedBytes, out _, out int written) != OperationStatus.Done) return false;
        if (written != sealedBytes.Length) return false;

        Span<byte> tag = sealedBytes[..TagLength], content = sealedBytes[TagLength..];
        Mask(tag, content);
        Span<byte> expected = stackalloc byte[TagLength];
        WriteTag(content, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, tag)) return false;

        ticket = new Ticket(content[0], BinaryPrimitives.ReadInt32BigEndian(content[1..]), BinaryPrimitives.ReadUInt64BigEndian(content[5..]));
        return true;
    }

    private void WriteTag(ReadOnlySpan<byte> content, Span<byte> tag)
    {
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_tagKey, content, code);
        code[..TagLength].CopyTo(tag);
    }

    private void Mask(ReadOnlySpan<byte> tag, Span<byte> content)
    {
        Span<byte> stream = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_streamKey, tag, stream);
        for (int i = 0; i < content.Length; i++) content[i] ^= stream[i];
    }
}
