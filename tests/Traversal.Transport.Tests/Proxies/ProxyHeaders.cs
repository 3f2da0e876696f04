using System.Buffers.Binary;
using System.Net;

namespace Traversal.Transport.Tests.Proxies;

/// <summary>Headers as a proxy writes them.</summary>
internal static class ProxyHeaders
{
    public static byte[] Binary(string source, string destination, byte transport = 1, params byte[] extensions)
    {
        IPEndPoint from = IPEndPoint.Parse(source), to = IPEndPoint.Parse(destination);
        byte[] addresses = [.. from.Address.GetAddressBytes(), .. to.Address.GetAddressBytes(), .. Port(from), .. Port(to)];
        int family = addresses.Length == 12 ? 1 : 2;
        return Binary(0x21, (byte)(family << 4 | transport), [.. addresses, .. extensions]);
    }

    public static byte[] Binary(byte command, byte family, params byte[] rest) =>
        [.. "\r\n\r\n\0\r\nQUIT\n"u8, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    public static byte[] Extension(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>Adds the checksum extension to a header, by the definition of CRC32c (RFC 3720 section 12.1).</summary>
    public static byte[] WithChecksum(byte[] header)
    {
        byte[] whole = [.. header, .. Extension(3, 0, 0, 0, 0)];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(14), (ushort)(whole.Length - 16));
        uint sum = uint.MaxValue;
        foreach (byte part in whole)
        {
            sum ^= part;
            for (int bit = 0; bit < 8; bit++) sum = (sum & 1) == 1 ? (sum >> 1) ^ 0x82F63B78 : sum >> 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(whole.AsSpan(whole.Length - 4), ~sum);
        return whole;
    }

    private static byte[] Port(IPEndPoint endpoint) => [(byte)(endpoint.Port >> 8), (byte)endpoint.Port];
}
