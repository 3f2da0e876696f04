using Traversal.Client.Network;
using Traversal.Client.Tests.Ice;
using Traversal.Client.Tests.Turn;
using Traversal.Connectivity;

namespace Traversal.Client.Tests.Rivals;

/// <summary>What SIPSorcery's agent does wrong with datagrams: what is longer than a frame of Ethernet is an error there.</summary>
public sealed class SipSorceryTests
{
    /// <summary>The longest payload of UDP over IPv4.</summary>
    private const int Longest = 65_507;

    [Theory]
    [InlineData(1_473)]
    [InlineData(2_144)]
    [InlineData(Longest)]
    public async Task A_datagram_that_is_longer_than_a_frame_arrives_whole(int length)
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();

        await AssertArrivesAsync(pair, length);
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    public async Task By_a_relay_too(TurnTransport transport)
    {
        await using Relay relay = await Relay.StartAsync(transport);
        var server = new IceServer(relay.Endpoint(transport), Relay.Login);
        await using IcePairOfConnections pair = await new IcePairOfConnections(
            options => options with { Policy = CandidatePolicy.RelayOnly, Servers = [server] }).ConnectAsync();

        await AssertArrivesAsync(pair, 2_144);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_longer_than_the_buffer_of_the_receiver_is_said_to_be_and_the_next_is_whole(bool waits)
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        byte[] tooLong = Datagram(1_201, first: 0xC0), next = Datagram(1_200, first: 0xC1), buffer = new byte[1_200];
        Task<ReceivedDatagram>? waiting = waits ? pair.Answerer.ReceiveAsync(buffer, pair.Token).AsTask() : null;
        Assert.Equal(NetworkStatus.Ok, await pair.Offerer.SendAsync(tooLong, pair.Token));
        await UntilArrivedAsync(pair, 1);
        ReceivedDatagram cut = await (waiting ?? pair.Answerer.ReceiveAsync(buffer, pair.Token).AsTask());

        Assert.Equal((NetworkStatus.TooLong, buffer.Length), (cut.Status, cut.Length));
        Assert.Equal(tooLong[..buffer.Length], buffer);

        Assert.Equal(NetworkStatus.Ok, await pair.Offerer.SendAsync(next, pair.Token));
        ReceivedDatagram whole = await pair.Answerer.ReceiveAsync(buffer, pair.Token);
        Assert.Equal((NetworkStatus.Ok, next.Length), (whole.Status, whole.Length));
        Assert.Equal(next, buffer);
    }

    [Fact]
    public async Task One_that_UDP_cannot_carry_is_refused_and_the_next_is_sent()
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();

        Assert.Equal(NetworkStatus.TooLong, await pair.Offerer.SendAsync(Datagram(Longest + 1, first: 0xC0), pair.Token));

        await AssertArrivesAsync(pair, 100);
    }

    [Fact]
    public async Task A_burst_that_nobody_receives_yet_is_kept()
    {
        // The system has room for all of them, if the connection is slow to take them.
        const int Datagrams = 64, Length = 1_200;
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        for (int i = 0; i < Datagrams; i++) Assert.Equal(NetworkStatus.Ok, await pair.Offerer.SendAsync(Datagram(Length, (byte)(0x80 + i)), pair.Token));
        await UntilArrivedAsync(pair, Datagrams);

        byte[] buffer = new byte[Length];
        for (int i = 0; i < Datagrams; i++)
        {
            ReceivedDatagram received = await pair.Answerer.ReceiveAsync(buffer, pair.Token);
            Assert.Equal((NetworkStatus.Ok, Length, (byte)(0x80 + i)), (received.Status, received.Length, buffer[0]));
        }
    }

    private static async Task UntilArrivedAsync(IcePairOfConnections pair, long datagrams)
    {
        while (pair.Answerer.GetPairs().Single(report => report.IsSelected).PacketsReceived < datagrams) await Task.Delay(1, pair.Token);
    }

    // Loopback loses nothing that there is room for.
    private static async Task AssertArrivesAsync(IcePairOfConnections pair, int length)
    {
        byte[] datagram = Datagram(length, first: 0xC0), buffer = new byte[ushort.MaxValue];
        Assert.Equal(NetworkStatus.Ok, await pair.Offerer.SendAsync(datagram, pair.Token));
        ReceivedDatagram received = await pair.Answerer.ReceiveAsync(buffer, pair.Token);

        Assert.Equal((NetworkStatus.Ok, length), (received.Status, received.Length));
        Assert.Equal(datagram, buffer[..length]);
    }

    private static byte[] Datagram(int length, byte first)
    {
        byte[] datagram = new byte[length];
        new Random(length).NextBytes(datagram);
        datagram[0] = first;
        return datagram;
    }
}
