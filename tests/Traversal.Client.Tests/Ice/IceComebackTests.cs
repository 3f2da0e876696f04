using Traversal.Client.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>A process ends without a word and comes back with the same port, for which the TURN server still holds its allocation (437).</summary>
public sealed class IceComebackTests
{
    [Fact]
    public async Task It_has_a_relay_again_at_once()
    {
        await using Relay relay = await Relay.StartAsync();
        using var deadline = new CancellationTokenSource(IcePairOfConnections.Deadline);
        var network = new CutNetwork();
        TransportAddress local;
        IceCandidate before;
        await using (IceConnection former = Connection(relay, TransportAddress.Parse("127.0.0.1:0"), ClientEnvironment.System with { Network = network }))
        {
            await former.GatherAsync(deadline.Token);
            local = former.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.Host).Address;
            before = Relayed(former);
            network.Cut();
        }

        await using IceConnection next = Connection(relay, local);
        await next.GatherAsync(deadline.Token);

        Assert.Equal(local, next.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.Host).Address);
        Assert.NotEqual(before.Address, Relayed(next).Address);
        Assert.Equal(1, relay.Server.Allocations);
    }

    private static IceConnection Connection(Relay relay, TransportAddress local, ClientEnvironment? environment = null)
    {
        (InMemorySignaling signaling, _) = InMemorySignaling.CreatePair();
        return new IceConnection(new IceConnectionOptions { LocalAddresses = [local], Servers = [new IceServer(relay.Endpoint(), Relay.Login)] }, signaling, environment);
    }

    private static IceCandidate Relayed(IceConnection connection) => connection.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.Relayed);

    /// <summary>The network of the system, until nothing leaves it any more.</summary>
    private sealed class CutNetwork : INetwork
    {
        private volatile bool _isCut;

        public void Cut() => _isCut = true;

        public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => [];

        public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default) =>
            new(new CutSocket(this, SystemNetwork.Instance.OpenDatagram(in local, in remote).Value!));

        public ValueTask<NetworkResult<TcpConnection>> ConnectAsync(TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default) =>
            new(new NetworkResult<TcpConnection>(NetworkStatus.Unreachable));

        public NetworkResult<ITcpListener> Listen(in TransportAddress local) => new(NetworkStatus.AddressNotAvailable);

        private sealed class CutSocket(CutNetwork network, IDatagramSocket socket) : IDatagramSocket
        {
            public TransportAddress LocalAddress => socket.LocalAddress;

            public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination) => network._isCut ? NetworkStatus.Ok : socket.Send(datagram, in destination);

            public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

            public void Dispose() => socket.Dispose();
        }
    }
}
