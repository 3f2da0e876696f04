using System.Collections.Concurrent;
using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>A machine whose addresses change under a connection.</summary>
public sealed class IceRoamingTests
{
    private readonly MemoryNetwork _offererNetwork, _answererNetwork;

    public IceRoamingTests()
    {
        var sockets = new ConcurrentDictionary<TransportAddress, MemoryNetwork.MemorySocket>();
        _offererNetwork = new MemoryNetwork(sockets);
        _answererNetwork = new MemoryNetwork(sockets);
        _offererNetwork.Be("198.51.100.1");
        _answererNetwork.Be("198.51.100.2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_address_is_another_path(bool keepsOldForAWhile)
    {
        (IceConnection offerer, IceConnection answerer) = Connections();
        await using IceConnection one = offerer, other = answerer;
        using var deadline = new CancellationTokenSource(IcePairOfConnections.Deadline);
        await Task.WhenAll(one.ConnectAsync(deadline.Token), other.ConnectAsync(deadline.Token));
        Assert.Equal("198.51.100.1", Selected(other));

        if (keepsOldForAWhile)
        {
            _offererNetwork.Be("198.51.100.1", "198.51.100.9");
            await one.FollowAddressesAsync();
        }

        _offererNetwork.Be("198.51.100.9");
        await foreach (IceConnectionEvent _ in other.Events.ReadAllAsync(deadline.Token))
        {
            if (other.State is IceAgentState.Connected or IceAgentState.Completed && Selected(other) == "198.51.100.9") break;
        }

        byte[] buffer = new byte[10];
        ValueTask<ReceivedDatagram> received = one.ReceiveAsync(buffer, deadline.Token);
        while (!received.IsCompleted)
        {
            other.Send([0xC0, 7]);
            await Task.Delay(10, deadline.Token);
        }

        Assert.Equal(2, (await received).Length);
    }

    [Fact]
    public async Task A_network_that_is_away_for_a_while_and_comes_back_is_used_again()
    {
        (IceConnection offerer, IceConnection answerer) = Connections();
        await using IceConnection one = offerer, other = answerer;
        using var deadline = new CancellationTokenSource(IcePairOfConnections.Deadline);
        await Task.WhenAll(one.ConnectAsync(deadline.Token), other.ConnectAsync(deadline.Token));
        _offererNetwork.Be();
        await one.FollowAddressesAsync();
        Assert.Equal(NetworkStatus.Unreachable, one.Send([0xC0]));

        _offererNetwork.Be("198.51.100.1");
        await one.FollowAddressesAsync();
        while (one.Send([0xC0]) != NetworkStatus.Ok) await Task.Delay(10, deadline.Token);
        Assert.Equal(1, (await other.ReceiveAsync(new byte[10], deadline.Token)).Length);
    }

    [Fact]
    public void Loopback_link_local_and_deprecated_addresses_are_no_candidates_where_others_are()
    {
        InterfaceAddress[] all =
        [
            Address("127.0.0.1", 1, InterfaceKind.Loopback), Address("fe80::1", 2), Address("169.254.1.1", 2), Address("10.0.0.1", 2), Address("2001:db8::1", 2),
            Address("fe80::3", 3), Address("fec0::1", 3), Address("10.9.0.1", 4, InterfaceKind.Tunnel), Address("10.8.0.1", 5, InterfaceKind.Wireless),
        ];

        Assert.Equal(
            ["2001:db8::1", "10.0.0.1", "10.8.0.1", "10.9.0.1", "fe80::3"],
            Client.Ice.HostAddresses.Choose(all, filter: null).Select(chosen => chosen.Address.ToIPAddress().ToString()),
            StringComparer.Ordinal);
        Assert.Equal(
            ["10.9.0.1"],
            Client.Ice.HostAddresses.Choose(all, address => address.Kind == InterfaceKind.Tunnel).Select(chosen => chosen.Address.ToIPAddress().ToString()),
            StringComparer.Ordinal);
    }

    private static InterfaceAddress Address(string text, int index, InterfaceKind kind = InterfaceKind.Wired)
    {
        Assert.True(TransportAddress.TryParseAddress(text, out TransportAddress address));
        return new InterfaceAddress(address, 24, $"if{index}", index, kind);
    }

    private (IceConnection Offerer, IceConnection Answerer) Connections()
    {
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        return (
            new IceConnection(new IceConnectionOptions { Role = IceRole.Controlling }, one, ClientEnvironment.System with { Network = _offererNetwork }),
            new IceConnection(new IceConnectionOptions(), other, ClientEnvironment.System with { Network = _answererNetwork }));
    }

    private static string? Selected(IceConnection connection) =>
        connection.GetPairs().FirstOrDefault(pair => pair.IsSelected)?.Remote.Address.ToIPAddress().ToString();
}
