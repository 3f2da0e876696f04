using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Client;

namespace Traversal.Client.Tests.Simulated;

/// <summary>The network of a simulated host does what <see cref="INetwork"/> says, as the system's does.</summary>
[Collection(nameof(VirtualTime))]
public sealed class SimulatedNetworkTests
{
    private static readonly TransportAddress One = TransportAddress.Parse("198.18.0.1:1000"), Other = TransportAddress.Parse("198.18.0.2:1000"),
        Second = TransportAddress.Parse("198.18.0.3:1000"), Any = TransportAddress.Parse("0.0.0.0:1000"), IPv6 = TransportAddress.Parse("[2001:db8::1]:0");

    private readonly SimulatedWorld _world = new();
    private readonly Host _oneHost, _otherHost;
    private readonly INetwork _one, _other;

    public SimulatedNetworkTests()
    {
        _oneHost = new Host(_world.Network, _world.Network.Internet, in One, Link.WithLatency(10));
        _otherHost = new Host(_world.Network, _world.Network.Internet, in Other, Link.WithLatency(10));
        _otherHost.Connect(_world.Network.Internet, in Second, Link.WithLatency(10));
        (_one, _other) = (_world.EnvironmentOf(_oneHost).Network, _world.EnvironmentOf(_otherHost).Network);
    }

    [Fact]
    public Task A_datagram_takes_its_time_and_a_longer_one_than_the_buffer_is_cut() => _world.RunAsync(async () =>
    {
        using IDatagramSocket from = Open(_one, One), to = Open(_other, Other);
        MonotonicTime start = _world.Now;
        byte[] buffer = new byte[3];
        Assert.Equal(NetworkStatus.Ok, from.Send([1, 2, 3], in Other));
        Assert.Equal(new ReceivedDatagram(NetworkStatus.Ok, 3, One), await to.ReceiveAsync(buffer));
        Assert.Equal([1, 2, 3], buffer);
        Assert.Equal(TimeSpan.FromMilliseconds(20), _world.Now - start);

        from.Send([1, 2, 3, 4], in Other);
        Assert.Equal(new ReceivedDatagram(NetworkStatus.TooLong, 3, One), await to.ReceiveAsync(buffer));
        Assert.Equal(NetworkStatus.TooLong, from.Send(new byte[65_508], in Other));
        Assert.Equal(NetworkStatus.AddressNotAvailable, from.Send([1], in IPv6));
    });

    [Fact]
    public Task A_socket_of_any_address_hears_all_and_one_of_one_remote_address_hears_that() => _world.RunAsync(async () =>
    {
        using IDatagramSocket any = Open(_other, Any), chosen = Open(_one, default, Other), stranger = Open(_one, One);
        Assert.True(chosen.LocalAddress.HasSameAddress(in One));
        byte[] buffer = new byte[10];
        foreach (TransportAddress to in new[] { Other, Second })
        {
            Assert.Equal(NetworkStatus.Ok, stranger.Send([1], in to));
            Assert.Equal(One, (await any.ReceiveAsync(buffer)).Source);
        }

        using IDatagramSocket second = Open(_other, Second.WithPort(2000));
        second.Send([2], chosen.LocalAddress);
        any.Send([3], chosen.LocalAddress);
        Assert.Equal(Other, (await chosen.ReceiveAsync(buffer)).Source);
        Assert.Equal(3, buffer[0]);
        Assert.Equal(NetworkStatus.AddressNotAvailable, chosen.Send([1], in Second));
    });

    [Fact]
    public void A_port_is_opened_once_and_addresses_are_those_of_the_host()
    {
        using IDatagramSocket socket = Open(_other, Other);
        Assert.Equal(NetworkStatus.AddressInUse, _other.OpenDatagram(in Other).Status);
        Assert.Equal(NetworkStatus.AddressInUse, _other.OpenDatagram(in Any).Status);
        Assert.Equal(NetworkStatus.AddressNotAvailable, _other.OpenDatagram(in One).Status);
        Assert.Equal(NetworkStatus.Unreachable, _other.OpenDatagram(default, in IPv6).Status);
        using IDatagramSocket second = Open(_other, Second), some = Open(_other, Other.WithPort(0)), more = Open(_other, Other.WithPort(0));
        Assert.NotEqual(some.LocalAddress, more.LocalAddress);
        Assert.Throws<ArgumentException>(() => _other.OpenDatagram(default));
        Assert.Equal([Other.WithPort(0), Second.WithPort(0)], _other.GetLocalAddresses().Select(address => address.Address));

        socket.Dispose();
        using IDatagramSocket again = Open(_other, Other);
    }

    [Fact]
    public Task A_receive_ends_with_its_socket_and_there_is_one_at_a_time() => _world.RunAsync(async () =>
    {
        IDatagramSocket socket = Open(_one, One);
        ValueTask<ReceivedDatagram> waiting = socket.ReceiveAsync(new byte[1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveAsync(new byte[1]).AsTask());
        socket.Dispose();
        Assert.Equal(NetworkStatus.Closed, (await waiting).Status);
        Assert.Equal(NetworkStatus.Closed, (await socket.ReceiveAsync(new byte[1])).Status);
        Assert.Equal(NetworkStatus.Closed, socket.Send([1], in Other));
    });

    [Fact]
    public Task What_is_not_received_is_kept_up_to_what_Linux_keeps() => _world.RunAsync(async () =>
    {
        using IDatagramSocket from = Open(_one, One), to = Open(_other, Other);
        for (int i = 0; i < 300; i++) from.Send(new byte[1000], in Other);
        await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        byte[] buffer = new byte[1000];
        for (int i = 0; i < 212; i++) Assert.Equal(1000, (await to.ReceiveAsync(buffer)).Length);
        ValueTask<ReceivedDatagram> next = to.ReceiveAsync(buffer);
        await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        Assert.False(next.IsCompleted);
    });

    [Fact]
    public Task A_host_that_loses_its_address_is_told_and_reaches_nobody() => _world.RunAsync(async () =>
    {
        using IDatagramSocket socket = Open(_one, One);
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int calls = 0;
        IDisposable watch = _one.WatchAddresses(() =>
        {
            Interlocked.Increment(ref calls);
            changed.TrySetResult();
        })!;
        _world.Do(() => _oneHost.Disconnect(in One));
        await changed.Task;
        Assert.Equal(NetworkStatus.Unreachable, socket.Send([1], in Other));
        Assert.Empty(_one.GetLocalAddresses());

        watch.Dispose();
        _world.Do(() => _oneHost.Connect(_world.Network.Internet, in One));
        await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        Assert.Equal(1, calls);
        Assert.Equal(NetworkStatus.Ok, socket.Send([1], in Other));
    });

    [Fact]
    public Task A_name_is_known_to_nobody_and_no_system_is_asked() => _world.RunAsync(async () =>
    {
        MonotonicTime start = _world.Now;
        StunResult result = await new StunClient(environment: _world.EnvironmentOf(_oneHost)).QueryAsync(ServerUri.Parse("stun:localhost"));
        Assert.Equal(StunStatus.NotFound, result.Status);
        Assert.Equal(start, _world.Now);
    });

    private static IDatagramSocket Open(INetwork network, TransportAddress local, TransportAddress remote = default)
    {
        NetworkResult<IDatagramSocket> opened = network.OpenDatagram(in local, in remote);
        Assert.True(opened.IsOk, opened.Status.ToString());
        return opened.Value;
    }
}
