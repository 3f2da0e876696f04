using Traversal.Peer.Dns;

namespace Traversal.Fuzz;

/// <summary>DNS messages to begin with: each kind of record, each kind of bad name.</summary>
internal static class DnsSeeds
{
    private static readonly byte[] Question = [4, .. "turn"u8, 7, .. "example"u8, 3, .. "org"u8, 0, 0, 1, 0, 1];
    private static readonly byte[] ToQuestion = [0xC0, DnsMessage.HeaderLength];

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All() =>
    [
        new("query", Query()), new("addresses", [.. Header(2), .. Question, .. Record(1, [192, 0, 2, 1]), .. Record(28, new byte[16])]),
        new("canonical-name", [.. Header(1), .. Question, .. Record(5, [4, .. "real"u8, 0xC0, DnsMessage.HeaderLength + 5])]),
        new("service", [.. Header(1), .. Question, .. Record(33, [0, 1, 0, 2, 0x0D, 0x96, 1, (byte)'a', .. ToQuestion])]),
        new("naming-authority", [.. Header(1), .. Question, .. Record(35, [0, 10, 0, 20, 1, (byte)'s', 14, .. "RELAY:turn.udp"u8, 0, 4, .. "_udp"u8, .. ToQuestion])]),
        new("no-such-name", [0, 1, 0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0, .. Question]), new("truncated", [0, 1, 0x83, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, .. Question]),
        new("pointer-to-itself", [.. Header(0), .. ToQuestion, 0, 1, 0, 1]), new("pointer-forward", [.. Header(0), 0xC0, 14, 0, 0, 1, 0, 1]),
        new("pointers-in-a-circle", [.. Header(1), 1, (byte)'a', 0xC0, 16, 0xC0, 12, 0, 1, 0, 1]), new("reserved-label", [.. Header(0), 0x80, 0, 0, 1, 0, 1]),
        new("odd-bytes", [.. Header(1), .. Question, 3, 0, (byte)'.', 0xFF, .. ToQuestion, 0, 12, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, .. ToQuestion]),
        new("many", [0, 1, 0x81, 0x80, 0, 1, 0xFF, 0xFF, 0, 0, 0, 0, .. Question]),
    ];

    private static byte[] Header(byte answers) => [0, 1, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0];

    private static byte[] Record(byte type, byte[] data) => [.. ToQuestion, 0, type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];

    private static byte[] Query()
    {
        byte[] query = new byte[DnsQuery.MaxLength];
        return query[..DnsQuery.Write(query, 1, DnsName.Parse("turn.example.org"), DnsRecordType.NamingAuthority)];
    }
}
