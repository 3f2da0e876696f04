using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Connectivity.Tests;

/// <summary>The server of production in the simulated network, with the client of production on a host behind a NAT.</summary>
public sealed class RelayServerTests
{
    private static readonly TransportAddress Listener = TransportAddress.Parse("203.0.113.1:3478"), ListenerIPv6 = TransportAddress.Parse("[2001:db8::1]:3478");
    private static readonly TransportAddress Inner = TransportAddress.Parse("10.0.0.2:5000"), Outer = TransportAddress.Parse("198.18.0.1:0");
    private static readonly TransportAddress Peer = TransportAddress.Parse("198.18.2.1:7000");

    private readonly VirtualNetwork _network = new(5);
    private readonly List<Packet> _atPeer = [];
    private readonly List<byte[]> _atClient = [];
    private readonly byte[] _transmit = new byte[TurnAllocation.MaxTransmitLength];
    private readonly Host _peer;
    private readonly RelayServer _server;

    public RelayServerTests()
    {
        var host = new Host(_network, _network.Internet, in Listener, Link.WithLatency(10));
        host.Connect(_network.Internet, in ListenerIPv6, Link.WithLatency(10));
        _server = new RelayServer(_network, host, [Listener, ListenerIPv6]);
        _peer = new Host(_network, _network.Internet, in Peer);
        _peer.Open(in Peer, _atPeer.Add);
    }

    [Fact]
    public void An_allocation_behind_a_NAT_relays_both_ways()
    {
        var host = new Host(_network, new Nat(_network, in Outer, new NatBehavior()).Inside, in Inner);
        Relays(bytes => host.Send(in Inner, in Listener, bytes), take => host.Open(in Inner, packet => take(packet.Bytes)), isStream: false);
    }

    [Fact]
    public void And_so_does_one_that_reaches_the_server_by_a_stream()
    {
        Action<byte[]>? receive = null;
        RelayConnection stream = _server.Connect(in Listener, Outer.WithPort(1234), TimeSpan.FromMilliseconds(5), bytes => receive!(bytes));
        Relays(bytes => stream.Send(bytes), take => receive = take, isStream: true);

        Assert.Equal(1, _server.Machine.AllocationCount);
        stream.Close();
        Assert.Equal(0, _server.Machine.AllocationCount);
    }

    [Fact]
    public void An_allocation_is_over_when_its_time_is()
    {
        var host = new Host(_network, _network.Internet, Outer.WithPort(0));
        TransportAddress local = Outer.WithPort(6000);
        TurnAllocation allocation = Allocate(bytes => host.Send(in local, in Listener, bytes), take => host.Open(in local, packet => take(packet.Bytes)), isStream: false);
        Assert.Equal(TurnAllocationState.Allocated, allocation.State);

        host.Disconnect(in local);
        _network.Run(TimeSpan.FromMinutes(11));
        Assert.Equal(0, _server.Machine.AllocationCount);
    }

    [Fact]
    public void A_private_peer_is_refused_as_in_production()
    {
        var host = new Host(_network, _network.Internet, Outer.WithPort(0));
        TransportAddress local = Outer.WithPort(6000);
        TurnAllocation allocation = Allocate(bytes => host.Send(in local, in Listener, bytes), take => host.Open(in local, packet => take(packet.Bytes)), isStream: false);
        allocation.Permit(in Inner, _network.Now);
        Flush(allocation, bytes => host.Send(in local, in Listener, bytes));
        _network.Run(TimeSpan.FromSeconds(1));

        Assert.Contains(Events(allocation), happened => happened is { Kind: TurnEventKind.PeerRefused, Code: StunErrorCode.Forbidden });
    }

    private void Relays(Action<byte[]> send, Action<Action<byte[]>> receive, bool isStream)
    {
        TurnAllocation allocation = Allocate(send, receive, isStream);
        Assert.True(allocation.RelayedAddress.HasSameAddress(in Listener));
        Assert.True(allocation.MappedAddress.HasSameAddress(in Outer));

        allocation.Permit(in Peer, _network.Now);
        Flush(allocation, send);
        _network.Run(TimeSpan.FromSeconds(1));
        byte[] packet = [.. new byte[TurnAllocation.Headroom], 1, 2, 3, 0, 0, 0];
        Assert.Equal(TurnWrapStatus.Ready, allocation.TryWrap(in Peer, packet, 3, _network.Now, out int offset, out int length));
        send(packet.AsSpan(offset, length).ToArray());
        _network.Run(TimeSpan.FromSeconds(1));

        Packet arrived = Assert.Single(_atPeer);
        Assert.Equal([1, 2, 3], arrived.Bytes);
        Assert.Equal(allocation.RelayedAddress, arrived.Source);
        _peer.Send(in Peer, arrived.Source, [4, 5]);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([4, 5], Assert.Single(_atClient));
    }

    private TurnAllocation Allocate(Action<byte[]> send, Action<Action<byte[]>> receive, bool isStream)
    {
        var options = new TurnAllocationOptions { Server = Listener, IsStream = isStream };
        var credential = TurnCredential.FromPassword(RelayServer.User, RelayServer.Password);
        var allocation = new TurnAllocation(options, new TurnServerMemory(), credential, _network.Random, _network.Now);
        receive(bytes =>
        {
            TurnArrival arrival = allocation.OnMessage(bytes, _network.Now);
            if (arrival.Kind == TurnArrivalKind.Data) _atClient.Add(bytes.AsSpan(arrival.Offset, arrival.Length).ToArray());
            Flush(allocation, send);
        });
        Flush(allocation, send);
        _network.RunUntil(() => allocation.State != TurnAllocationState.Allocating, TimeSpan.FromSeconds(1));
        return allocation;
    }

    private void Flush(TurnAllocation allocation, Action<byte[]> send)
    {
        while (allocation.TryTakeTransmit(_transmit, _network.Now, out int length)) send(_transmit.AsSpan(0, length).ToArray());
    }

    private static IEnumerable<TurnEvent> Events(TurnAllocation allocation)
    {
        while (allocation.TryTakeEvent(out TurnEvent happened)) yield return happened;
    }
}
