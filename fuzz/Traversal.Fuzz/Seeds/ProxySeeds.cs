using System.Text;

namespace Traversal.Fuzz;

/// <summary>PROXY protocol headers to begin with, of both versions.</summary>
internal static class ProxySeeds
{
    private static readonly byte[] IPv4 = [192, 0, 2, 1, 198, 51, 100, 1, 0xC8, 0x22, 0x0D, 0x96];
    private static readonly byte[] IPv6 = [.. new byte[15], 1, .. new byte[15], 2, 0xC8, 0x22, 0x0D, 0x96];

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All() =>
    [
        Text("text-ipv4", "PROXY TCP4 192.0.2.1 198.51.100.1 51234 3478\r\n"), Text("text-ipv6", "PROXY TCP6 2001:db8::17 2001:db8::1 51234 3478\r\n"),
        Text("text-unknown", "PROXY UNKNOWN ffff:: 1\r\n"), Text("text-bad-port", "PROXY TCP4 192.0.2.1 198.51.100.1 65536 3478\r\n"),
        Binary("binary-tcp4", 0x21, 0x11, IPv4), Binary("binary-udp6", 0x21, 0x22, IPv6), Binary("binary-local", 0x20, 0, []),
        Binary("binary-unix", 0x21, 0x31, new byte[216]), Binary("binary-extension", 0x21, 0x12, [.. IPv4, 4, 0, 2, 7, 7]),
        Binary("binary-checksum", 0x21, 0x12, [.. IPv4, 3, 0, 4, 1, 2, 3, 4]), Binary("binary-version", 0x31, 0x11, IPv4),
    ];

    private static Seed Text(string name, string text) => new(name, Encoding.ASCII.GetBytes(text));

    private static Seed Binary(string name, byte command, byte family, byte[] rest) =>
        new(name, [.. "\r\n\r\n\0\r\nQUIT\n"u8, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest]);
}
