using System.Buffers;
using System.Text;
using Traversal.Primitives;
using Traversal.Transport.Proxies;

namespace Traversal.Transport.Tests.Proxies;

public sealed class ProxyHeaderTests
{
    private const string Client = "192.0.2.1:51234", Client6 = "[2001:db8::17]:51234", Server = "198.51.100.1:3478", Server6 = "[2001:db8::1]:3478";

    public static TheoryData<string, byte[], string?> Headers => new()
    {
        { "text, IPv4", Text("PROXY TCP4 192.0.2.1 198.51.100.1 51234 3478\r\n"), Client },
        { "text, IPv6", Text("PROXY TCP6 2001:db8::17 2001:db8::1 51234 3478\r\n"), Client6 },
        { "text, port 0", Text("PROXY TCP4 192.0.2.1 198.51.100.1 0 0\r\n"), "192.0.2.1:0" },
        { "text, unknown", Text("PROXY UNKNOWN\r\n"), null },
        { "text, unknown with what must be ignored", Text("PROXY UNKNOWN ffff:: nonsense 65536\r\n"), null },
        { "text, as long as it may be", Text($"PROXY UNKNOWN {new string('f', 91)}\r\n"), null },
        { "binary, TCP over IPv4", ProxyHeaders.Binary(Client, Server), Client },
        { "binary, TCP over IPv6", ProxyHeaders.Binary(Client6, Server6), Client6 },
        { "binary, UDP over IPv4", ProxyHeaders.Binary(Client, Server, transport: 2), Client },
        { "binary, IPv4 in IPv6", ProxyHeaders.Binary("[::ffff:192.0.2.1]:51234", Server6), Client },
        { "binary, with extensions", ProxyHeaders.Binary(Client, Server, 1, [.. ProxyHeaders.Extension(4), .. ProxyHeaders.Extension(0xE0, new byte[300])]), Client },
        { "binary, with a checksum", ProxyHeaders.WithChecksum(ProxyHeaders.Binary(Client, Server)), Client },
        { "binary, local", ProxyHeaders.Binary(0x20, 0x00), null },
        { "binary, local with what must be ignored", ProxyHeaders.Binary(0x20, 0x11, new byte[40]), null },
        { "binary, unspecified", ProxyHeaders.Binary(0x21, 0x00, new byte[5]), null },
        { "binary, a Unix socket", ProxyHeaders.Binary(0x21, 0x31, new byte[216]), null },
        { "binary, as long as it may be", ProxyHeaders.Binary(0x20, 0x00, new byte[ProxyHeader.MaxLength - 16]), null },
    };

    public static TheoryData<string, byte[]> Mistakes => new()
    {
        { "STUN", [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] },
        { "TLS", [22, 3, 1, 0, 4] },
        { "HTTP", Text("GET / HTTP/1.1\r\n") },
        { "text, a family that is none", Text("PROXY TCP5 192.0.2.1 198.51.100.1 51234 3478\r\n") },
        { "text, the other family", Text("PROXY TCP6 192.0.2.1 198.51.100.1 51234 3478\r\n") },
        { "text, families mixed", Text("PROXY TCP4 192.0.2.1 2001:db8::1 51234 3478\r\n") },
        { "text, a port too high", Text("PROXY TCP4 192.0.2.1 198.51.100.1 65536 3478\r\n") },
        { "text, a port with a sign", Text("PROXY TCP4 192.0.2.1 198.51.100.1 +5 3478\r\n") },
        { "text, a port missing", Text("PROXY TCP4 192.0.2.1 198.51.100.1 51234\r\n") },
        { "text, an empty port", Text("PROXY TCP4 192.0.2.1 198.51.100.1 51234 \r\n") },
        { "text, too many words", Text("PROXY TCP4 192.0.2.1 198.51.100.1 51234 3478 1\r\n") },
        { "text, two spaces", Text("PROXY TCP4  192.0.2.1 198.51.100.1 51234 3478\r\n") },
        { "text, too long", Text($"PROXY UNKNOWN {new string('f', 92)}\r\n") },
        { "text, without an end", Text("PROXY UNKNOWN" + new string(' ', 200)) },
        { "text, lower case", Text("proxy TCP4 192.0.2.1 198.51.100.1 51234 3478\r\n") },
        { "binary, version 1", ProxyHeaders.Binary(0x11, 0x11, new byte[12]) },
        { "binary, a command that is none", ProxyHeaders.Binary(0x22, 0x11, new byte[12]) },
        { "binary, a family that is none", ProxyHeaders.Binary(0x21, 0x41, new byte[12]) },
        { "binary, a transport that is none", ProxyHeaders.Binary(0x21, 0x13, new byte[12]) },
        { "binary, too short for its family", ProxyHeaders.Binary(0x21, 0x11, new byte[11]) },
        { "binary, too short for IPv6", ProxyHeaders.Binary(0x21, 0x21, new byte[35]) },
        { "binary, too long", ProxyHeaders.Binary(0x20, 0x00, new byte[ProxyHeader.MaxLength - 15]) },
        { "binary, half an extension", ProxyHeaders.Binary(Client, Server, 1, 4, 0) },
        { "binary, an extension beyond the end", ProxyHeaders.Binary(Client, Server, 1, 4, 0, 2, 0) },
        { "binary, a wrong checksum", ProxyHeaders.Binary(Client, Server, 1, ProxyHeaders.Extension(3, 1, 2, 3, 4)) },
        { "binary, a short checksum", ProxyHeaders.Binary(Client, Server, 1, ProxyHeaders.Extension(3, 1, 2, 3)) },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_is_read_whole_and_every_beginning_of_it_waits_for_more(string what, byte[] bytes, string? client)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.True(ProxyHeader.TryParse(bytes.AsSpan(0, length), out _) == OperationStatus.NeedMoreData, $"{what}, {length} bytes");
        }

        Assert.Equal(OperationStatus.Done, ProxyHeader.TryParse([.. bytes, 1, 2, 3], out ProxyHeader header));
        Assert.Equal(bytes.Length, header.Length);
        Assert.Equal(client is null ? default : TransportAddress.Parse(client), header.Client);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_is_no_header_is_refused(string what, byte[] bytes)
    {
        Assert.True(ProxyHeader.TryParse(bytes, out ProxyHeader header) == OperationStatus.InvalidData, what);
        Assert.Equal(default, header);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.6", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8::1:0/112", "2001:db8::1:ffff", true)]
    [InlineData("2001:db8::1:0/112", "2001:db8::2:0", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    public void A_network_has_the_addresses_of_its_prefix(string network, string address, bool isTrusted)
    {
        Assert.True(TrustedProxies.TryCreate([network], out TrustedProxies proxies, out _));
        Assert.True(TransportAddress.TryParseAddress(address, out TransportAddress remote));

        Assert.Equal(isTrusted, proxies.Contains(remote.WithPort(4711)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0:80/8")]
    [InlineData("proxy.example")]
    [InlineData("")]
    public void What_is_no_network_is_named(string text)
    {
        Assert.False(TrustedProxies.TryCreate(["10.0.0.0/8", text], out _, out string? mistake));
        Assert.Equal(text, mistake);
    }

    private static byte[] Text(string line) => Encoding.ASCII.GetBytes(line);
}
