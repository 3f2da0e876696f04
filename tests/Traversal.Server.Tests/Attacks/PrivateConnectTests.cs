using System.Net.Sockets;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>TCP allocations (RFC 6062) as a way to the web servers and databases behind the relay.</summary>
public sealed class PrivateConnectTests
{
    [Fact]
    public async Task A_service_that_is_not_public_is_never_connected_to()
    {
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options());
        using Socket here = TcpRelayAttacker.Listen(), there = TcpRelayAttacker.Listen("127.9.9.9");
        using var attacker = new Attacker(server.Tcp());
        Assert.Equal(0, attacker.AllocateTcp());

        string[] closed = [here.LocalEndPoint!.ToString()!, there.LocalEndPoint!.ToString()!, "0.0.0.0:80", "10.0.0.1:80", "169.254.169.254:80", "100.64.0.1:80", "192.168.0.1:5432", "224.0.0.1:80"];
        foreach (string peer in closed) Assert.Equal(403, attacker.Connect(peer));

        Assert.False(here.Poll(0, SelectMode.SelectRead));
        Assert.False(there.Poll(0, SelectMode.SelectRead));
        Assert.Equal(0, server.Count(RelayCounter.Connects) + server.Count(RelayCounter.ConnectFailures));
    }

    [Fact]
    public async Task The_servers_own_ports_are_not_even_where_loopback_is_opened()
    {
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options(1, "127.0.0.0/8"));
        using Socket administration = TcpRelayAttacker.Listen();
        using var attacker = new Attacker(server.Tcp());
        Assert.Equal(0, attacker.AllocateTcp());
        string endpoint = administration.LocalEndPoint!.ToString()!;
        server.Protect(Primitives.TransportAddress.Parse(endpoint));

        Assert.Equal(403, attacker.Connect(server.Tcp().Address.ToString()));
        Assert.Equal(403, attacker.Connect(server.Udp().Address.ToString()));
        Assert.Equal(403, attacker.Connect(endpoint));
        Assert.False(administration.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task A_network_that_is_closed_ends_what_is_connected_in_it()
    {
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options(1, "127.0.0.0/8"));
        using Socket service = TcpRelayAttacker.Listen();
        using Attacker attacker = new(server.Tcp()), data = new(server.Tcp());
        Assert.Equal(0, attacker.AllocateTcp());
        Assert.Equal(0, attacker.Connect(service.LocalEndPoint!.ToString()!, out uint connection));
        using Socket peer = await service.AcceptAsync();
        Assert.Equal(0, data.BindConnection(connection));

        server.ReplacePeerRules([], []);

        await RelayingTests.Eventually(() => server.Count(RelayCounter.RevokedByPolicy) == 1);
        await TcpRelay.Bytes.ExpectGoneAsync(new NetworkStream(peer));
        Assert.Equal(403, attacker.Connect(service.LocalEndPoint!.ToString()!));
    }
}
