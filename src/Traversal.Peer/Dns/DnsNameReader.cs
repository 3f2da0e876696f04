using System.Buffers.Binary;

namespace Traversal.Peer.Dns;

/// <summary>
/// Reads names with compression (RFC 1035 section 4.1.4). A pointer must point further back than the one before it, so that no chain is endless, and
/// what the parts add up to is bounded by the longest name.
/// </summary>
internal static class DnsNameReader
{
    private const int PointerBits = 0xC0;
    private const int MaxOffset = 0x3FFF;

    /// <summary>Steps over a name, whose parts are checked.</summary>
    public static DnsParseStatus TrySkip(ReadOnlySpan<byte> message, scoped ref int offset)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return TryRead(message, ref offset, name, out _);
    }

    /// <summary>Reads a name and steps over it.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="offset">Where the name begins; afterwards, where what follows it begins.</param>
    /// <param name="name">Receives the name without compression; <see cref="DnsName.MaxLength"/> long.</param>
    /// <param name="length">How long it is.</param>
    public static DnsParseStatus TryRead(ReadOnlySpan<byte> message, scoped ref int offset, scoped Span<byte> name, out int length)
    {
        length = 0;
        int position = offset, before = offset, end = -1;
        while (true)
        {
            if (position >= message.Length) return DnsParseStatus.Truncated;
            int head = message[position];
            switch (head & PointerBits)
            {
                case 0:
                    if (position + 1 + head > message.Length) return DnsParseStatus.Truncated;
                    // The zero at the end needs room too.
                    if (length + 1 + head > name.Length - (head == 0 ? 0 : 1)) return DnsParseStatus.BadName;
                    message.Slice(position, 1 + head).CopyTo(name[length..]);
                    length += 1 + head;
                    position += 1 + head;
                    if (head != 0) break;
                    offset = end < 0 ? position : end;
                    return DnsParseStatus.Ok;
                case PointerBits:
                    if (position + 2 > message.Length) return DnsParseStatus.Truncated;
                    if (end < 0) end = position + 2;
                    position = BinaryPrimitives.ReadUInt16BigEndian(message[position..]) & MaxOffset;
                    if (position >= before) return DnsParseStatus.BadName;
                    before = position;
                    break;
                default:
                    return DnsParseStatus.BadName;
            }
        }
    }
}
