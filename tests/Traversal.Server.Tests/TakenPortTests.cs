using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Server.Tests;

public sealed class TakenPortTests
{
    private const int Ports = 8, Attempts = 100;

    // An address of loopback on which nothing else listens.
    private static readonly IPAddress RelayAddress = IPAddress.Parse("127.0.47.11");

    [Fact]
    public async Task A_relay_port_of_another_program_is_skipped_until_none_is_left()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has all of 127.0.0.0/8 on loopback");
        (Socket[] holders, int free) = HoldAllButOne();
        try
        {
            TurnServerOptions options = TestServer.Options();
            options.Relay.RelayAddresses.Add(new RelayHostAddress(TransportAddress.From(RelayAddress, 0)));
            (options.Relay.MinPort, options.Relay.MaxPort) = ((ushort)(free - Ports / 2), (ushort)(free + Ports / 2));
            await using TurnServer server = await TestServer.StartAsync(options);
            using TurnTestClient first = await TurnTestClient.ConnectAsync(server.Udp());
            using TurnTestClient second = await TurnTestClient.ConnectAsync(server.Udp());

            Assert.Equal(0, await first.AllocateAsync());
            Assert.Equal(TransportAddress.From(RelayAddress, (ushort)free), first.Relayed);
            Assert.Equal(508, await second.AllocateAsync());
            Assert.Equal(Ports, server.Count(RelayCounter.PortsTaken));

            // It comes back, and so does capacity.
            Assert.Equal(0, await first.RefreshAsync(0));
            Assert.Equal(0, await second.AllocateAsync());
            Assert.Equal(TransportAddress.From(RelayAddress, (ushort)free), second.Relayed);
        }
        finally
        {
            foreach (Socket holder in holders) holder.Dispose();
        }
    }

    /// <summary>Holds <see cref="Ports"/> ports in a row, but for one in the middle.</summary>
    private static (Socket[] Holders, int Free) HoldAllButOne()
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int free = Random.Shared.Next(10_000, 30_000);
            var holders = new List<Socket>();
            try
            {
                for (int port = free - Ports / 2; port <= free + Ports / 2; port++)
                {
                    if (port == free) continue;
                    holders.Add(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
                    holders[^1].Bind(new IPEndPoint(RelayAddress, port));
                }

                return ([.. holders], free);
            }
            catch (SocketException)
            {
                holders.ForEach(holder => holder.Dispose());
            }
        }

        throw new InvalidOperationException("There are no free ports in a row.");
    }
}
