using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Server.Tests;

public sealed class OwnAddressTests
{
    [Fact]
    public async Task A_listener_on_a_wildcard_address_is_closed_to_peers_on_every_address_of_the_machine()
    {
        IPAddress[] addresses = [.. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(device => device.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))];
        Assert.SkipUnless(addresses.Length > 1, "This machine has no two IPv4 addresses; a network namespace with some on its loopback device will do.");

        TurnServerOptions options = TestServer.Options();
        options.Listeners.Clear();
        options.Listeners.Add(ListenEndpoint.Parse("udp://0.0.0.0:0"));
        options.AllowPeers.Add("0.0.0.0/0");
        await using TurnServer server = await TestServer.StartAsync(options);
        ListenEndpoint loopback = server.Udp() with { Address = TransportAddress.From(IPAddress.Loopback, server.Udp().Address.Port) };
        using TurnTestClient client = await TurnTestClient.ConnectAsync(loopback);
        Assert.Equal(0, await client.AllocateAsync());

        ushort number = ChannelNumber.MinValue;
        foreach (IPAddress address in addresses)
        {
            var peer = TransportAddress.From(address, loopback.Address.Port);
            Assert.Equal(403, await client.BindAsync(new ChannelNumber(number++), peer));
            Assert.Equal(0, await client.BindAsync(new ChannelNumber(number++), peer.WithPort(9)));
        }
    }
}
