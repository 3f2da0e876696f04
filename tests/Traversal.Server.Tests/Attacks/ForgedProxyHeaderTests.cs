using System.Net.Sockets;
using System.Text;
using Traversal.Stun;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;
using Traversal.Turn;

namespace Traversal.Server.Tests.Attacks;

/// <summary>Headers of the PROXY protocol from who is no proxy, to be somebody else, and from a proxy that passes on what it should not.</summary>
public sealed class ForgedProxyHeaderTests
{
    // A client at 203.0.113.9, port 4711.
    private static readonly byte[] Header = Binary(0x21, 0x11, 12, [203, 0, 113, 9, 198, 51, 100, 1, 0x12, 0x67, 0x0D, 0x96]);
    private static readonly byte[] Text = Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.9 198.51.100.1 4711 3478\r\n");

    public static readonly TheoryData<string, byte[]> Broken = new()
    {
        { "a line without an end", Encoding.ASCII.GetBytes("PROXY TCP4 " + new string('1', 200)) },
        { "a port that is none", Encoding.ASCII.GetBytes("PROXY TCP4 203.0.113.9 198.51.100.1 99999 3478\r\n") },
        { "an address of the other family", Encoding.ASCII.GetBytes("PROXY TCP4 2a00::1 2a00::2 4711 3478\r\n") },
        { "a line of nothing", Encoding.ASCII.GetBytes("PROXY \r\n") },
        { "a version that is none", Binary(0x31, 0x11, 12, new byte[12]) },
        { "a command that is none", Binary(0x2F, 0x11, 12, new byte[12]) },
        { "too short for its addresses", Binary(0x21, 0x11, 4, new byte[4]) },
        { "longer than a header may be", Binary(0x21, 0x11, 0xFFFF, new byte[4000]) },
        { "no header", [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
        { "TLS", [22, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_header_ends_its_connection_with_a_count_and_nothing_else(string what, byte[] header)
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8");
        using Attacker bystander = new(server.Tcp()), attacker = new(server.Tcp());
        bystander.Send(Header);
        bystander.Settle();
        attacker.Send(header);

        Assert.True(attacker.Receive() is null, what);
        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.ProxyHeader) == 1);
        bystander.Settle();
        Assert.Equal(1, server.StreamCounters!.Open);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Half_a_header_ends_by_the_deadline(int length)
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8", options => options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1));
        Attacker[] attackers = [.. Enumerable.Range(0, 50).Select(_ => new Attacker(server.Tcp()))];
        foreach (Attacker attacker in attackers) attacker.Send(Header.AsSpan(0, length));

        foreach (Attacker attacker in attackers)
        {
            Assert.Null(attacker.Receive());
            attacker.Dispose();
        }

        await RelayingTests.Eventually(() => server.StreamCounters!.FailedUpgrades(UpgradeFailure.ProxyHeader) == attackers.Length);
    }

    [Fact]
    public async Task A_header_behind_the_header_is_none()
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8", options => options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1));
        using var attacker = new Attacker(server.Tcp());
        attacker.Send((byte[])[.. Header, .. Text, .. attacker.Message(StunMethod.Binding, null, authenticate: false)]);

        Assert.Null(attacker.Receive());
        await RelayingTests.Eventually(() => server.StreamCounters!.Open == 0);
        Assert.Equal(0, server.StreamCounters!.BytesSent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_a_connection_from_elsewhere_a_header_is_bytes_that_are_no_message(bool isBinary)
    {
        await using TurnServer server = await StartAsync("10.0.0.0/8", options => options.Streams.FirstFrameTimeout = TimeSpan.FromSeconds(1));
        using var attacker = new Attacker(server.Tcp());
        attacker.Send((byte[])[.. isBinary ? Header : Text, .. attacker.Message(StunMethod.Binding, null, authenticate: false)]);

        Assert.Null(attacker.Receive());
        await RelayingTests.Eventually(() => server.StreamCounters!.Open == 0);
        Assert.Equal(0, server.StreamCounters!.BytesSent);
        Assert.Equal(0, server.StreamCounters.FailedUpgrades(UpgradeFailure.ProxyHeader));
    }

    [Fact]
    public async Task Forged_sources_do_not_get_around_the_quota_of_a_source()
    {
        await using TurnServer server = await StartAsync("10.0.0.0/8", options => options.Relay.MaxAllocationsPerSource = 1);
        using Attacker first = new(server.Udp()), second = new(server.Udp());
        Assert.Equal(0, first.Allocate());
        Assert.Equal(486, second.Allocate());
        long dropped = server.Count(RelayCounter.DroppedMalformed);
        for (byte host = 1; host <= 50; host++)
        {
            byte[] forged = Binary(0x21, 0x12, 12, [203, 0, 113, host, 198, 51, 100, 1, 0x12, 0x67, 0x0D, 0x96]);
            second.Send((byte[])[.. forged, .. second.Message(StunMethod.Allocate, (ref StunMessageWriter writer) => writer.AddRequestedTransport(TransportProtocol.Udp), authenticate: true)]);
        }

        second.Settle();
        Assert.Equal(1, server.Allocations);
        Assert.Equal(50, server.Count(RelayCounter.DroppedMalformed) - dropped);
    }

    [Fact]
    public async Task Behind_one_proxy_a_client_that_was_counted_out_does_not_count_out_the_others()
    {
        await using TurnServer server = await StartAsync("127.0.0.0/8", options => options.Streams.MaxConnectionsPerSource = 2);
        Attacker[] flood = [.. Enumerable.Range(0, 4).Select(_ => new Attacker(server.Tcp()))];
        foreach (Attacker attacker in flood) attacker.Send((byte[])[.. Header, .. attacker.Message(StunMethod.Binding, null, authenticate: false)]);
        Assert.Equal(2, flood.Count(attacker => attacker.Receive() is not null));

        using var other = new Attacker(server.Tcp());
        other.Send(Binary(0x21, 0x11, 12, [203, 0, 113, 10, 198, 51, 100, 1, 0x12, 0x67, 0x0D, 0x96]));
        other.Settle();
        foreach (Attacker attacker in flood) attacker.Dispose();
    }

    private static Task<TurnServer> StartAsync(string proxies, Action<TurnServerOptions>? configure = null)
    {
        TurnServerOptions options = AttackServer.Options();
        options.ProxyFrom.Add(proxies);
        configure?.Invoke(options);
        return TestServer.StartAsync(options);
    }

    private static byte[] Binary(byte versionAndCommand, byte family, int length, byte[] rest) =>
        [.. "\r\n\r\n\0\r\nQUIT\n"u8, versionAndCommand, family, (byte)(length >> 8), (byte)length, .. rest];
}
