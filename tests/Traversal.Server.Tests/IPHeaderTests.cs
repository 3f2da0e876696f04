using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Turn;

namespace Traversal.Server.Tests;

/// <summary>The IP headers of relayed datagrams, as they stand on the wire.</summary>
public sealed class IPHeaderTests
{
    private const int TrafficClass = 0xB8 | 3; // DSCP EF, ECN CE.
    private const int HopLimit = 40;
    private static readonly ChannelNumber Channel = new(0x4000);

    [Theory]
    [InlineData(ListenTransport.Udp, true, 1, TrafficClass, HopLimit - 1)] // RFC8656-14-1
    [InlineData(ListenTransport.Udp, true, 2, TrafficClass, HopLimit - 1)]
    [InlineData(ListenTransport.Udp, false, 1, 0, 0)]
    [InlineData(ListenTransport.Tcp, true, 1, 0, 0)] // RFC8656-15-1
    public async Task Data_is_relayed_with_the_header_that_it_came_with_where_that_is_asked_for(
        ListenTransport transport, bool copies, int workers, int trafficClass, int hopLimit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "raw sockets that see IP headers are of Linux");
        using Socket wire = OpenWire();
        TurnServerOptions options = TestServer.Options(workers);
        options.CopyIPHeaders = copies;
        await using TurnServer server = await TestServer.StartAsync(options);
        using Socket peer = OpenPeer();
        ListenEndpoint listener = transport == ListenTransport.Udp ? server.Udp() : server.Tcp();
        using TurnTestClient client = await TurnTestClient.ConnectAsync(listener);
        Assert.Equal(0, await client.AllocateAsync());
        Assert.Equal(0, await client.BindAsync(Channel, TransportAddress.From((IPEndPoint)peer.LocalEndPoint!)));
        if (hopLimit == 0) hopLimit = peer.Ttl;

        peer.Ttl = HopLimit;
        Mark(peer);
        if (transport == ListenTransport.Udp) client.ConfigureDatagrams(socket => { socket.Ttl = HopLimit; Mark(socket); });

        await client.SendAsync(TurnTestClient.ChannelMessage(Channel, "upwards!"u8));
        Assert.Equal((trafficClass, hopLimit), Read(wire, client.Relayed.Port, ((IPEndPoint)peer.LocalEndPoint!).Port));
        if (transport != ListenTransport.Udp) return;

        peer.SendTo("downwards"u8, client.Relayed.ToIPEndPoint());
        Assert.NotNull(await client.ReceiveAsync());
        Assert.Equal((trafficClass, hopLimit), Read(wire, listener.Address.Port, port: null, minLength: ChannelData.HeaderLength + 9, maxLength: ChannelData.HeaderLength + 9));
    }

    [Fact]
    public async Task An_engine_that_can_not_is_refused_by_the_name_of_the_option()
    {
        TurnServerOptions options = TestServer.Options();
        options.CopyIPHeaders = true;
        options.Engine = EngineKind.Managed;
        await using var server = new TurnServer(options);

        var mistake = await Assert.ThrowsAsync<TurnServerOptionsException>(() => server.StartAsync());
        Assert.Equal("CopyIPHeaders", mistake.Option);
    }

    private static Socket OpenWire()
    {
        try
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
        catch (SocketException denied)
        {
            Assert.Skip($"a raw socket needs a privilege: {denied.Message}");
            throw;
        }
    }

    private static Socket OpenPeer()
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return peer;
    }

    private static void Mark(Socket socket) => socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, TrafficClass);

    private static (int TrafficClass, int HopLimit) Read(Socket wire, int from, int? port, int minLength = 0, int maxLength = ushort.MaxValue)
    {
        const int UdpHeaderLength = 8;
        byte[] packet = new byte[65_535];
        while (true)
        {
            int header = 20, length = wire.Receive(packet) - header - UdpHeaderLength;
            bool matches = (packet[header] << 8 | packet[header + 1]) == from && (port is null || (packet[header + 2] << 8 | packet[header + 3]) == port);
            if (matches && length >= minLength && length <= maxLength) return (packet[1], packet[8]);
        }
    }
}
