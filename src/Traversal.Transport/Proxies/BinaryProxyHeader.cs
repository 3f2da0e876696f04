using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Traversal.Primitives;

namespace Traversal.Transport.Proxies;

/// <summary>Version 2 of the PROXY protocol: a signature, what follows and how long it is, addresses, extensions.</summary>
internal static class BinaryProxyHeader
{
    private const int FixedLength = 16;
    private const int CommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;

    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    private const int InternetV4 = 1;
    private const int InternetV6 = 2;
    private const int HighestFamily = 3;
    private const int HighestTransport = 2;

    private const byte ChecksumExtension = 3;
    private const int ExtensionHeaderLength = 3;
    private const int ChecksumLength = 4;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static OperationStatus TryParse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeader.Begins(bytes, Signature)) return OperationStatus.InvalidData;
        if (bytes.Length < FixedLength) return OperationStatus.NeedMoreData;

        int length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        byte command = bytes[CommandAt];
        if (length > ProxyHeader.MaxLength || command is not (Local or Proxy)) return OperationStatus.InvalidData;
        if (bytes.Length < length) return OperationStatus.NeedMoreData;

        bytes = bytes[..length];
        TransportAddress client = default;
        if (command == Proxy && !TryReadClient(bytes, out client)) return OperationStatus.InvalidData;
        header = new ProxyHeader(length, in client);
        return OperationStatus.Done;
    }

    private static bool TryReadClient(ReadOnlySpan<byte> header, out TransportAddress client)
    {
        client = default;
        int family = header[FamilyAt] >> 4;
        int transport = header[FamilyAt] & 0xF;
        if (family > HighestFamily || transport > HighestTransport) return false;
        if (family is not (InternetV4 or InternetV6) || transport == 0) return true; // Unspecified or a Unix socket: there is no address to know.

        int addressLength = family == InternetV4 ? 4 : 16;
        int extensions = FixedLength + 2 * addressLength + 2 * sizeof(ushort);
        if (header.Length < extensions || !AreExtensionsValid(header, extensions)) return false;

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(header[(FixedLength + 2 * addressLength)..]);
        client = TransportAddress.FromBytes(header.Slice(FixedLength, addressLength), port).Unmapped();
        return true;
    }

    private static bool AreExtensionsValid(ReadOnlySpan<byte> header, int start)
    {
        while (start < header.Length)
        {
            if (header.Length - start < ExtensionHeaderLength) return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(header[(start + 1)..]);
            int value = start + ExtensionHeaderLength;
            if (header.Length - value < length) return false;
            if (header[start] == ChecksumExtension && (length != ChecksumLength || !IsChecksumValid(header, value))) return false;
            start = value + length;
        }

        return true;
    }

    // CRC32c of the whole header, in which the checksum itself counts as zero.
    private static bool IsChecksumValid(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint sum = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            bool isChecksum = i >= checksumAt && i < checksumAt + ChecksumLength;
            sum = BitOperations.Crc32C(sum, isChecksum ? (byte)0 : header[i]);
        }

        return ~sum == BinaryPrimitives.ReadUInt32BigEndian(header[checksumAt..]);
    }
}
