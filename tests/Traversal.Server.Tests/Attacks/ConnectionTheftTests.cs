using System.Net.Sockets;
using Traversal.Stun;
using Traversal.Transport.Streams;
using Traversal.Turn;

namespace Traversal.Server.Tests.Attacks;

/// <summary>Connections with peers (RFC 6062) in the hands of who guesses or overhears their CONNECTION-ID.</summary>
public sealed class ConnectionTheftTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_was_overheard_is_worth_nothing_to_another_user(int workers)
    {
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options(workers, "127.0.0.0/8"));
        using Socket service = TcpRelayAttacker.Listen();
        using var owner = new Attacker(server.Tcp());
        Assert.Equal(0, owner.AllocateTcp());
        Assert.Equal(0, owner.Connect(service.LocalEndPoint!.ToString()!, out uint connection));
        using Socket peer = await service.AcceptAsync();
        peer.ReceiveTimeout = 20_000;

        for (int i = 0; i < 2 * workers; i++)
        {
            using Attacker eve = new(server.Tcp(), "eve"), forger = new(server.Tcp(), password: "wrong");
            Assert.Equal(400, eve.BindConnection(connection));
            Assert.Null(eve.Receive());
            Assert.Equal(401, forger.BindConnection(connection));
        }

        using Attacker data = new(server.Tcp()), late = new(server.Tcp());
        Assert.Equal(0, data.BindConnection(connection));
        Assert.Equal(400, late.BindConnection(connection));
        data.Send("mine"u8);
        byte[] received = new byte[100];
        Assert.Equal("mine"u8.ToArray(), received[..peer.Receive(received)]);
    }

    [Fact]
    public async Task A_guess_costs_a_connection()
    {
        const int Guesses = 50;
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options(1, "127.0.0.0/8"));
        using Socket service = TcpRelayAttacker.Listen();
        using var owner = new Attacker(server.Tcp());
        Assert.Equal(0, owner.AllocateTcp());
        Assert.Equal(0, owner.Connect(service.LocalEndPoint!.ToString()!, out uint connection));

        // Even of the same user, who has many clients with one credential.
        for (uint i = 1; i <= Guesses; i++)
        {
            using var guesser = new Attacker(server.Tcp());
            guesser.Settle();
            byte[] guess = Guess(guesser, connection + i);
            guesser.Ask(guess);
            Assert.False(guesser.TryAsk(Guess(guesser, connection)));
        }

        await RelayingTests.Eventually(() => server.StreamCounters!.Closed(StreamCloseReason.ByOwner) == Guesses);
        using var data = new Attacker(server.Tcp());
        Assert.Equal(0, data.BindConnection(connection));
    }

    [Fact]
    public async Task A_recorded_ConnectionBind_is_stale_on_another_connection()
    {
        await using TurnServer server = await TestServer.StartAsync(TcpRelayAttacker.Options(1, "127.0.0.0/8"));
        using Socket service = TcpRelayAttacker.Listen();
        using var owner = new Attacker(server.Tcp());
        Assert.Equal(0, owner.AllocateTcp());
        Assert.Equal(0, owner.Connect(service.LocalEndPoint!.ToString()!, out uint connection));
        byte[] recorded = Guess(owner, connection);

        using var thief = new Attacker(server.Tcp(), from: "127.0.0.2");

        Assert.Equal(438, TurnTestClient.ErrorOf(thief.Ask(recorded)));
    }

    private static byte[] Guess(Attacker attacker, uint connection)
    {
        if (attacker.Nonce.Length == 0) attacker.Request(StunMethod.Refresh, null);
        return attacker.Message(StunMethod.ConnectionBind, (ref StunMessageWriter writer) => writer.AddConnectionId(connection), authenticate: true);
    }
}
