using System.Net;
using System.Net.Sockets;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Network;

/// <summary>What every datagram socket of the system does, by whichever calls.</summary>
public abstract class DatagramSocketTests
{
    public static readonly TheoryData<string> Loopbacks = ["127.0.0.1:0", "[::1]:0"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task A_datagram_arrives_with_its_length_and_its_source(string loopback)
    {
        using IDatagramSocket one = Open(loopback), other = Open(loopback);
        byte[] buffer = new byte[100];

        Assert.Equal(NetworkStatus.Ok, one.Send("hello"u8, other.LocalAddress));
        ReceivedDatagram received = await other.ReceiveAsync(buffer).AsTask().WaitAsync(Limit);

        Assert.Equal(new ReceivedDatagram(NetworkStatus.Ok, 5, one.LocalAddress), received);
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
    }

    [Fact]
    public async Task A_receive_that_waits_is_completed_by_what_comes_later_from_whomever()
    {
        using IDatagramSocket one = Open("127.0.0.1:0"), another = Open("127.0.0.1:0"), receiver = Open("127.0.0.1:0");
        byte[] buffer = new byte[100];
        foreach (IDatagramSocket sender in (IDatagramSocket[])[one, another, one])
        {
            Task<ReceivedDatagram> waiting = receiver.ReceiveAsync(buffer).AsTask();
            Assert.False(waiting.IsCompleted);
            sender.Send([1], receiver.LocalAddress);
            Assert.Equal(sender.LocalAddress, (await waiting.WaitAsync(Limit)).Source);
        }
    }

    [Fact]
    public async Task A_socket_for_one_remote_address_hears_nobody_else()
    {
        using IDatagramSocket server = Open("127.0.0.1:0"), stranger = Open("127.0.0.1:0");
        using IDatagramSocket client = SystemNetwork.Instance.OpenDatagram(default, server.LocalAddress).Value!;
        byte[] buffer = new byte[100];

        stranger.Send("stranger"u8, client.LocalAddress);
        server.Send("server"u8, client.LocalAddress);

        Assert.Equal(server.LocalAddress, (await client.ReceiveAsync(buffer).AsTask().WaitAsync(Limit)).Source);
        Assert.Equal(NetworkStatus.AddressNotAvailable, client.Send([1], stranger.LocalAddress));
        Assert.Equal(NetworkStatus.Ok, client.Send([1], server.LocalAddress));
    }

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task An_ICMP_error_is_a_status(string loopback)
    {
        TransportAddress address = ClosedPort.FindAddress(TransportAddress.Parse(loopback).ToIPAddress().ToString());
        using IDatagramSocket client = SystemNetwork.Instance.OpenDatagram(default, address).Value!;
        byte[] buffer = new byte[100];

        Task<ReceivedDatagram> received = client.ReceiveAsync(buffer).AsTask();
        // The kernel sends so many a second and no more, whoever asks.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int attempt = 0; attempt < 50 && !received.IsCompleted; attempt++)
        {
            client.Send([1], address);
            await pause.WaitForNextTickAsync();
        }

        Assert.SkipUnless(received.IsCompleted, "the kernel holds back its ICMP errors at the moment");
        Assert.Equal(NetworkStatus.Refused, (await received).Status);
        // The error was one event; the socket goes on.
        Assert.False(client.ReceiveAsync(buffer).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_datagram_that_does_not_fit_is_told()
    {
        using IDatagramSocket one = Open("127.0.0.1:0"), other = Open("127.0.0.1:0");

        one.Send(new byte[11], other.LocalAddress);
        ReceivedDatagram received = await other.ReceiveAsync(new byte[10]).AsTask().WaitAsync(Limit);

        Assert.Equal(NetworkStatus.TooLong, received.Status);
        Assert.Equal(one.LocalAddress, received.Source);
    }

    [Fact]
    public async Task A_datagram_longer_than_UDP_carries_is_refused_and_the_next_one_is_sent()
    {
        using IDatagramSocket one = Open("127.0.0.1:0"), other = Open("127.0.0.1:0");

        Assert.Equal(NetworkStatus.TooLong, one.Send(new byte[65_520], other.LocalAddress));
        Assert.Equal(NetworkStatus.TooLong, one.Send(new byte[70_000], other.LocalAddress));
        Assert.Equal(NetworkStatus.Ok, one.Send(new byte[60_000], other.LocalAddress));
        Assert.Equal(60_000, (await other.ReceiveAsync(new byte[65_535]).AsTask().WaitAsync(Limit)).Length);
    }

    [Fact]
    public async Task Disposing_ends_a_receive_and_what_comes_after_it_says_so()
    {
        IDatagramSocket socket = Open("127.0.0.1:0");
        Task<ReceivedDatagram> waiting = socket.ReceiveAsync(new byte[10]).AsTask();

        socket.Dispose();

        Assert.Equal(NetworkStatus.Closed, (await waiting.WaitAsync(Limit)).Status);
        Assert.Equal(NetworkStatus.Closed, (await socket.ReceiveAsync(new byte[10])).Status);
        Assert.Equal(NetworkStatus.Closed, socket.Send([1], TransportAddress.Parse("127.0.0.1:9")));
        socket.Dispose();
    }

    [Fact]
    public async Task Two_receives_at_a_time_are_misuse()
    {
        using IDatagramSocket socket = Open("127.0.0.1:0");
        Task<ReceivedDatagram> first = socket.ReceiveAsync(new byte[10]).AsTask();

        Assert.False(first.IsCompleted);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => socket.ReceiveAsync(new byte[10]).AsTask());
    }

    [Fact]
    public void What_can_t_be_opened_says_why()
    {
        using IDatagramSocket taken = Open("127.0.0.1:0");

        Assert.Equal(NetworkStatus.AddressInUse, SystemNetwork.Instance.OpenDatagram(taken.LocalAddress).Status);
        Assert.Equal(NetworkStatus.AddressNotAvailable, SystemNetwork.Instance.OpenDatagram(TransportAddress.Parse("192.0.2.1:0")).Status);
        Assert.Throws<ArgumentException>(() => SystemNetwork.Instance.OpenDatagram(default));
        Assert.Throws<ArgumentException>(() => SystemNetwork.Instance.OpenDatagram(taken.LocalAddress, TransportAddress.Parse("[::1]:9")));
    }

    private protected abstract IDatagramSocket Open(string local);
}
