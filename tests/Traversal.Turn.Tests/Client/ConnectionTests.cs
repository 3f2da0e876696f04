using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>TCP allocations (RFC 6062).</summary>
public sealed class ConnectionTests
{
    private static readonly SocketId Control = new(-7), Data = new(-8);
    private static readonly TransportAddress DataAddress = TransportAddress.Parse("198.1.0.7:40001");

    private readonly ClientHost _host = new ClientHost(
        new TestRelay(options => options.TcpRelay = true),
        options => (options.IsStream, options.RelaysConnections) = (true, true),
        via: Control).Settle();

    [Fact]
    public void A_connection_to_a_peer_is_made_and_bound()
    {
        uint connection = Connect("9.9.9.9:9");
        TurnConnectionBinding binding = Bind(connection);
        Assert.Equal(TurnConnectionState.Bound, binding.State);
        Assert.Equal(MonotonicTime.Never, binding.NextDeadline);
        Assert.Equal(Data, _host.Relay.Last(RelayCommandKind.BindConnection).Client);
    }

    [Fact]
    public void A_peer_that_connects_is_told_of_if_it_is_permitted()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        _host.Run(1);
        (uint connection, Sent indication) = _host.Relay.PeerArrives(_host.Allocation.RelayedAddress, "9.9.9.9:7");
        Assert.Equal(TurnArrivalKind.Handled, _host.Forge(indication.Bytes).Kind);
        Assert.Contains(new TurnEvent(TurnEventKind.PeerConnected, ClientHost.Peer("9.9.9.9:7"), Connection: connection), _host.Events);
        Assert.Equal(TurnConnectionState.Bound, Bind(connection).State);
        byte[] stranger = TestClient.Write(StunClass.Indication, StunMethod.ConnectionAttempt, TestClient.NewId(), (ref writer) =>
        {
            writer.AddPeerAddress(ClientHost.Peer("9.9.9.8:9"));
            writer.AddConnectionId(5);
        });
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(stranger).Kind);
    }

    [Fact]
    public void Nobody_is_told_of_anything_after_the_end()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        _host.Run(1);
        (_, Sent indication) = _host.Relay.PeerArrives(_host.Allocation.RelayedAddress, "9.9.9.9:7");
        _host.Do(allocation => allocation.OnPathLost());
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(indication.Bytes).Kind);
        Assert.Equal(TurnEventKind.Ended, _host.Events[^1].Kind);
    }

    [Fact]
    public void A_connection_that_fails_is_told_and_not_tried_again_within_ten_seconds()
    {
        _host.Do(allocation => Assert.Equal(TurnWrapStatus.Pending, allocation.Connect(ClientHost.Peer("9.9.9.9:9"), _host.Now)));
        _host.Run(1);
        Sent answer = _host.Relay.PeerConnectFailed(_host.Relay.Last(RelayCommandKind.Connect).Connection);
        _host.Forge(answer.Bytes);
        Assert.Contains(
            new TurnEvent(TurnEventKind.ConnectFailed, ClientHost.Peer("9.9.9.9:9"), StunErrorCode.ConnectionTimeoutOrFailure), _host.Events);
        Assert.Equal(TurnWrapStatus.Refused, _host.Allocation.Connect(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        _host.Run(10);
        Assert.Equal(TurnWrapStatus.Pending, _host.Allocation.Connect(ClientHost.Peer("9.9.9.9:9"), _host.Now));
    }

    [Fact]
    public void One_peer_is_connected_to_once_at_a_time_and_not_too_many_at_once()
    {
        Assert.Equal(TurnWrapStatus.Pending, _host.Allocation.Connect(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        Assert.Equal(TurnWrapStatus.Full, _host.Allocation.Connect(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        int pending = 1;
        for (ushort port = 10; port < 40; port++)
        {
            if (_host.Allocation.Connect(ClientHost.Peer($"9.9.9.9:{port}"), _host.Now) == TurnWrapStatus.Pending) pending++;
        }

        Assert.Equal(8, pending);
    }

    [Fact]
    public void It_relays_no_datagrams()
    {
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Send("9.9.9.9:9", [1]));
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Allocation.BindChannel(ClientHost.Peer("9.9.9.9:9"), _host.Now));
    }

    [Fact]
    public void An_unknown_connection_is_refused()
    {
        TurnConnectionBinding binding = Bind(12345);
        Assert.Equal(TurnConnectionState.Failed, binding.State);
        Assert.Equal(TurnFailureReason.Refused, binding.Failure!.Reason);
    }

    [Fact]
    public void Silence_fails_a_binding_after_39_5_seconds_and_forgery_at_once()
    {
        var binding = new TurnConnectionBinding(1, _host.Memory, ClientHost.Credential(), RandomSource.Seeded(1), _host.Now);
        byte[] buffer = new byte[TurnAllocation.MaxTransmitLength];
        Assert.True(binding.TryTakeTransmit(buffer, _host.Now, out int length));
        Assert.False(binding.TryTakeTransmit(buffer, _host.Now, out _));
        Assert.Equal(39.5, (binding.NextDeadline - _host.Now).TotalSeconds, 0.01);
        StunMessage request = ClientHost.Parse(buffer[..length]);
        binding.OnTime(binding.NextDeadline);
        Assert.Equal(TurnFailureReason.TimedOut, binding.Failure!.Reason);

        var forged = new TurnConnectionBinding(1, _host.Memory, ClientHost.Credential(), RandomSource.Seeded(1), _host.Now);
        forged.TryTakeTransmit(buffer, _host.Now, out _);
        forged.OnMessage(Answers.Success(in request), _host.Now);
        Assert.Equal(TurnFailureReason.IntegrityViolated, forged.Failure!.Reason);
    }

    private uint Connect(string peer)
    {
        _host.Do(allocation => allocation.Connect(ClientHost.Peer(peer), _host.Now));
        _host.Run(1);
        _host.Forge(_host.Relay.PeerConnected(_host.Relay.Last(RelayCommandKind.Connect).Connection).Bytes);
        return _host.Events.Single(happened => happened.Kind == TurnEventKind.Connected).Connection;
    }

    private TurnConnectionBinding Bind(uint connection)
    {
        _host.Relay.Machine.OnClientConnected(Data, TestRelay.Listener, in DataAddress);
        var binding = new TurnConnectionBinding(connection, _host.Memory, ClientHost.Credential(), RandomSource.Seeded(1), _host.Now);
        byte[] buffer = new byte[TurnAllocation.MaxTransmitLength];
        while (binding.TryTakeTransmit(buffer, _host.Now, out int length))
            binding.OnMessage(_host.Relay.FromClient(Data, DataAddress, buffer[..length]).Bytes, _host.Now);
        return binding;
    }
}
