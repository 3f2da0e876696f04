using System.Buffers.Binary;

namespace Traversal.Peer.Dns;

/// <summary>Writes queries.</summary>
public static class DnsQuery
{
    /// <summary>The longest query.</summary>
    public const int MaxLength = DnsMessage.HeaderLength + DnsName.MaxLength + 4 + OptionsLength;

    /// <summary>The longest answer that is asked for over UDP, so that it is not fragmented (DNS flag day 2020).</summary>
    public const int MaxDatagramAnswer = 1232;

    private const int OptionsLength = 11;
    private const ushort RecursionDesired = 0x0100;

    /// <summary>Writes a query for a server that looks further by itself.</summary>
    /// <param name="destination">Where to; <see cref="MaxLength"/> always is enough.</param>
    /// <param name="id">Its number, which must not be guessable (RFC 5452 section 9.2).</param>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <returns>The length.</returns>
    public static int Write(Span<byte> destination, ushort id, DnsName name, DnsRecordType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        int question = DnsMessage.HeaderLength + name.Bytes.Length;
        destination = destination[..(question + 4 + OptionsLength)];
        destination.Clear();
        Span<ushort> header = [id, RecursionDesired, 1, 0, 0, 1];
        for (int i = 0; i < header.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(destination[(2 * i)..], header[i]);
        name.Bytes.CopyTo(destination[DnsMessage.HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[question..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(question + 2)..], DnsRecord.Internet);

        // EDNS: the root as the name, and the length in place of the class (RFC 6891 section 6.1.2).
        BinaryPrimitives.WriteUInt16BigEndian(destination[(question + 5)..], (ushort)DnsRecordType.Options);
        BinaryPrimitives.WriteUInt16BigEndian(destination[(question + 7)..], MaxDatagramAnswer);
        return destination.Length;
    }
}
