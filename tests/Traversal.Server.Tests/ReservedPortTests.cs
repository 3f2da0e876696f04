using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Server.Tests;

/// <summary>A port that is reserved for a later allocation is nobody else's on this machine either.</summary>
public sealed class ReservedPortTests
{
    // Where no other test's sockets take ports.
    private static readonly IPAddress RelayAddress = IPAddress.Parse("127.0.47.12");

    // RFC8656-7.2-7
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_other_program_gets_a_port_between_its_reservation_and_its_allocation(int workers)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8 on loopback");
        TurnServerOptions options = TestServer.Options(workers);
        options.Relay.RelayAddresses.Add(new(TransportAddress.From(RelayAddress, 0)));
        await using TurnServer server = await TestServer.StartAsync(options);

        // The kernel hashes each client to a worker: it need not be the one that reserved.
        for (int round = 0; round < 8; round++)
        {
            using TurnTestClient first = await TurnTestClient.ConnectAsync(server.Udp());
            using TurnTestClient second = await TurnTestClient.ConnectAsync(server.Udp());

            Assert.Equal(0, await first.AllocateAsync(static (ref writer) => writer.AddEvenPort(reserveNext: true)));
            var next = new IPEndPoint(RelayAddress, first.Relayed.Port + 1);
            Assert.False(CanBind(next), $"{next} is reserved, but anybody may have it.");

            Assert.Equal(0, await second.AllocateAsync((ref writer) => writer.AddReservationToken(first.ReservationToken)));
            Assert.Equal(TransportAddress.From(next), second.Relayed);
        }
    }

    [Fact]
    public async Task A_server_that_ends_leaves_nothing_reserved()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8 on loopback");
        TurnServerOptions options = TestServer.Options();
        options.Relay.RelayAddresses.Add(new(TransportAddress.From(RelayAddress, 0)));
        TransportAddress relayed;
        await using (TurnServer server = await TestServer.StartAsync(options))
        {
            using TurnTestClient client = await TurnTestClient.ConnectAsync(server.Udp());
            Assert.Equal(0, await client.AllocateAsync(static (ref writer) => writer.AddEvenPort(reserveNext: true)));
            relayed = client.Relayed;
        }

        Assert.True(CanBind(new IPEndPoint(RelayAddress, relayed.Port + 1)));
    }

    private static bool CanBind(IPEndPoint endpoint)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
