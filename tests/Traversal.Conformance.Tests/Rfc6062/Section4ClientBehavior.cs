using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc6062;

/// <summary>RFC 6062 section 4: a client with a TCP allocation.</summary>
public sealed class Section4ClientBehavior
{
    private static readonly TransportAddress Peer = TransportAddress.Parse("9.9.9.9:9");

    private readonly ClientHost _host = new ClientHost(
        new TestRelay(options => options.TcpRelay = true),
        options => (options.IsStream, options.RelaysConnections) = (true, true),
        via: new SocketId(-7)).Settle();

    [Fact]
    [Trait("Requirement", "RFC6062-4.1-2")]
    [Trait("Requirement", "RFC6062-4.6-1")]
    public void An_allocation_is_asked_for_and_kept()
    {
        _host.Run(3000);
        Assert.Equal(1, _host.Relay.Listening);
        Assert.True(_host.CountSent(StunMethod.Refresh) > 4);
    }

    [Fact]
    [Trait("Requirement", "RFC6062-4.3-1")]
    [Trait("Requirement", "RFC6062-4.3-2")]
    public void A_connection_is_asked_for_with_the_peers_address()
    {
        Connect();
        StunMessage request = ClientHost.Parse(_host.Sent[^1]);
        Assert.Equal(StunMethod.Connect, request.Method);
        request.ReadPeerAddress(out TransportAddress peer);
        Assert.Equal(Peer, peer);
    }

    [Fact]
    [Trait("Requirement", "RFC6062-4.3-5")]
    [Trait("Requirement", "RFC6062-4.3-6")]
    [Trait("Requirement", "RFC6062-4.3-7")]
    [Trait("Requirement", "RFC6062-4.4-4")]
    [Trait("Requirement", "RFC6062-4.4-5")]
    public void A_ConnectionBind_repeats_the_id_under_the_same_credentials()
    {
        var binding = new TurnConnectionBinding(0x12345678, _host.Memory, ClientHost.Credential(), RandomSource.Seeded(1), _host.Now);
        byte[] buffer = new byte[TurnAllocation.MaxTransmitLength];
        Assert.True(binding.TryTakeTransmit(buffer, _host.Now, out int length));
        StunMessage request = ClientHost.Parse(buffer[..length]);
        Assert.Equal(StunMethod.ConnectionBind, request.Method);
        Assert.Equal(TurnAttributeStatus.Present, request.ReadConnectionId(out uint connection));
        Assert.Equal(0x12345678u, connection);
        Assert.True(request.VerifyIntegritySha256(Answers.KeyOf(TestRelay.Realm, PasswordAlgorithm.Sha256)));
    }

    [Fact]
    [Trait("Requirement", "RFC6062-4.3-8")]
    public void After_a_447_a_peer_is_left_alone_for_ten_seconds()
    {
        Connect();
        _host.Run(1);
        _host.Forge(_host.Relay.PeerConnectFailed(_host.Relay.Last(RelayCommandKind.Connect).Connection).Bytes);
        Assert.Contains(new TurnEvent(TurnEventKind.ConnectFailed, Peer, StunErrorCode.ConnectionTimeoutOrFailure), _host.Events);
        _host.Run(9.9);
        Assert.Equal(TurnWrapStatus.Refused, _host.Allocation.Connect(in Peer, _host.Now));
        _host.Run(0.2);
        Assert.Equal(TurnWrapStatus.Pending, _host.Allocation.Connect(in Peer, _host.Now));
    }

    [Fact]
    [Trait("Requirement", "RFC6062-4.3-9")]
    public void One_peer_is_asked_for_once_at_a_time()
    {
        Connect();
        Connect();
        Assert.Equal(1, _host.CountSent(StunMethod.Connect));
    }

    private void Connect() => _host.Do(allocation => allocation.Connect(in Peer, _host.Now));
}
