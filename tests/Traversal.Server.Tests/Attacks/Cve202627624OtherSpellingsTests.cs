using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Transport;
using Traversal.Turn;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// CVE-2026-27624: ::ffff:127.0.0.1 got around every rule about IPv4; and what coturn's own remedy left open: Teredo, 6to4, NAT64 prefixes of an
/// operator, ISATAP.
/// </summary>
public sealed class Cve202627624OtherSpellingsTests
{
    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("::ffff:9.9.9.9")]
    [InlineData("::127.0.0.1")]
    [InlineData("::9.9.9.9")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("64:ff9b:1::10.0.0.1")]
    [InlineData("64:ff9b:1:7f00:0:100::")]
    [InlineData("2a00:64::10.0.0.1")]
    [InlineData("2a00:64::9.9.9.9")]
    [InlineData("2a00::5efe:127.0.0.1")]
    [InlineData("2a00::200:5efe:9.9.9.9")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:808:808::1")]
    [InlineData("2001:0:808:808:8000:63bf:80ff:fffe")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    public async Task A_closed_address_is_closed_however_it_is_spelt(string peer)
    {
        await using TurnServer server = await AttackServer.StartIPv6Async(Configure);
        using var attacker = new Attacker(server.Udp());
        Assert.Equal(0, attacker.Allocate(AskForIPv6));

        Assert.Equal(403, attacker.Permit($"[{peer}]:9"));
        Assert.Equal(403, attacker.Bind(0x4000, $"[{peer}]:9"));
        Assert.Equal(0, attacker.Permit("[2a00:64::8.8.8.8]:9", "[2a00:1::1]:9"));
    }

    [Theory]
    [InlineData(EngineKind.Managed)]
    [InlineData(EngineKind.Auto)]
    public void A_relay_socket_of_IPv6_speaks_no_IPv4(EngineKind kind)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using DatagramEngine engine = DatagramEngine.Create(kind, new DatagramEngineOptions());
        Assert.True(engine.TryOpen(TransportAddress.Parse("[::]:0"), SocketRole.Relay, out _, out TransportAddress bound, out _));

        // A socket of both families would have the port in both.
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Any, bound.Port));
    }

    internal static void AskForIPv6(ref StunMessageWriter writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6);

    private static void Configure(TurnServerOptions options)
    {
        options.DenyPeers.Add("9.9.9.0/24");
        options.TranslationPrefixes.Add("2a00:64::/96");
    }
}
