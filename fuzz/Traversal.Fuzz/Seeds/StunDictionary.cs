using System.Buffers.Binary;
using System.Globalization;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>The byte strings that mean something in STUN and TURN, in the format of afl-fuzz's dictionaries.</summary>
internal static class StunDictionary
{
    // Attributes of one length, with the beginning of a value where the value has a first hurdle.
    private static readonly (string Name, string Bytes)[] Attributes =
    [
        ("integrity", "00080014"), ("integrity_sha256", "001C0020"), ("integrity_sha256_short", "001C0010"), ("fingerprint", "80280004"),
        ("mapped_ipv4", "002000080001"), ("mapped_ipv6", "002000140002"), ("peer_ipv4", "001200080001"), ("peer_ipv6", "001200140002"),
        ("lifetime", "000D0004"), ("lifetime_zero", "000D000400000000"), ("transport_udp", "0019000411000000"),
        ("transport_tcp", "0019000406000000"),
        ("family_ipv4", "0017000401000000"), ("family_ipv6", "0017000402000000"), ("additional_ipv6", "8000000402000000"),
        ("even_port", "0018000100000000"), ("even_port_reserve", "0018000180000000"), ("reservation", "00220008"), ("channel", "000C000440000000"),
        ("dont_fragment", "001A0000"), ("use_candidate", "00250000"), ("userhash", "001E0020"), ("algorithm_sha256", "001D000400020000"),
        ("algorithms", "800200080002000000010000"), ("priority", "00240004"), ("controlled", "80290008"), ("controlling", "802A0008"),
        ("error_401", "0009000400000401"), ("error_438", "0009000400000426"), ("mobility", "80300000"), ("connection_id", "002A0004"),
    ];

    private static readonly (string Name, string Bytes)[] Others =
    [
        ("cookie", "2112A442"), ("nonce_cookie", "6F624D61744A6F7332"), ("channel_first", "4000"), ("channel_last", "4FFF"), ("ones", "FFFF"),
    ];

    /// <summary>The lines of the file.</summary>
    public static IEnumerable<string> Lines =>
    [
        .. Enum.GetValues<StunAttributeType>().Select(type => Entry("type_" + type, Convert.ToHexString(NetworkOrder((ushort)type)))),
        .. from method in Enum.GetValues<StunMethod>()
           from messageClass in Enum.GetValues<StunClass>()
           select Entry($"message_{method}_{messageClass}", MessageType(messageClass, method)),
        .. Attributes.Concat(Others).Select(entry => Entry(entry.Name, entry.Bytes)),
    ];

    private static string MessageType(StunClass messageClass, StunMethod method)
    {
        Span<byte> header = stackalloc byte[StunMessage.HeaderLength];
        TransactionId id = default;
        var writer = new StunMessageWriter(header, messageClass, method, in id);
        writer.Finish();
        return Convert.ToHexString(header[..2]);
    }

    private static byte[] NetworkOrder(ushort value)
    {
        byte[] bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static string Entry(string name, string hex) => string.Create(CultureInfo.InvariantCulture,
        $"{name}=\"{string.Concat(hex.Chunk(2).Select(pair => "\\x" + new string(pair)))}\"");
}
