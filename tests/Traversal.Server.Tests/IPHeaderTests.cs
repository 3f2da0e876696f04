using System.Diagnostics;
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
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

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

        byte[] upwards = TurnTestClient.ChannelMessage(Channel, "upwards!"u8);
        var seen = await ReadAsync(wire, () => client.SendAsync(upwards), client.Relayed.Port, 8);
        Assert.Equal((trafficClass, hopLimit), seen);
        if (transport != ListenTransport.Udp) return;

        seen = await ReadAsync(
            wire,
            () => peer.SendToAsync("downwards"u8.ToArray(), client.Relayed.ToIPEndPoint()),
            listener.Address.Port,
            ChannelData.HeaderLength + 9);
        Assert.NotNull(await client.ReceiveAsync());
        Assert.Equal((trafficClass, hopLimit), seen);
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
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp) { ReceiveTimeout = (int)Second.TotalMilliseconds };
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

    // Sent again every second: what other tests send passes by here too, and drives out what waits to be read.
    private static async Task<(int TrafficClass, int HopLimit)> ReadAsync(Socket wire, Func<Task> send, int from, int length)
    {
        const int Attempts = 60;
        for (int i = 0; i < Attempts; i++)
        {
            await send();
            if (TryRead(wire, from, length, out (int TrafficClass, int HopLimit) header)) return header;
        }

        throw new TimeoutException("It was never seen.");
    }

    private static bool TryRead(Socket wire, int from, int length, out (int TrafficClass, int HopLimit) header)
    {
        const int IPHeaderLength = 20, UdpHeaderLength = 8;
        byte[] packet = new byte[65_535];
        long start = Stopwatch.GetTimestamp();
        header = default;
        while (Stopwatch.GetElapsedTime(start) < Second)
        {
            int received = wire.Receive(packet, SocketFlags.None, out SocketError error);
            if (error == SocketError.TimedOut) return false;
            if (error != SocketError.Success) throw new SocketException((int)error);
            if ((packet[IPHeaderLength] << 8 | packet[IPHeaderLength + 1]) != from || received != IPHeaderLength + UdpHeaderLength + length) continue;

            header = (packet[1], packet[8]);
            return true;
        }

        return false;
    }
}
