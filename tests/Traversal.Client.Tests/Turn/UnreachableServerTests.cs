using System.Collections.Concurrent;
using Traversal.Client.Network;
using Traversal.Client.Tests.Names;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Turn;

/// <summary>Where a URI leads to addresses and none of them can be contacted, that is the end of it (RFC 5928 section 3).</summary>
public sealed class UnreachableServerTests
{
    [Theory]
    // RFC5928-3-11: an address.
    [InlineData("turn:192.0.2.1", "Tcp 192.0.2.1:3478, Udp 192.0.2.1:3478")]
    // RFC5928-3-12: a name with a port.
    [InlineData("turn:example.org:99", "Tcp 192.0.2.1:99, Tcp 192.0.2.2:99, Udp 192.0.2.1:99, Udp 192.0.2.2:99")]
    // RFC5928-3-14: services of the transport that the URI names.
    [InlineData("turn:example.com?transport=tcp", "Tcp 192.0.2.1:4000, Tcp 192.0.2.2:5000")]
    // RFC5928-3-15: what S-NAPTR finds.
    [InlineData("turn:example.net", "Tcp 192.0.2.1:4000, Tcp 192.0.2.2:5000")]
    // RFC5928-3-17: services of each transport.
    [InlineData("turn:example.com", "Tcp 192.0.2.1:4000, Tcp 192.0.2.2:5000")]
    public async Task Every_address_is_tried_once_and_then_it_is_told(string uri, string tried)
    {
        using ScriptedNameServer dns = new ScriptedNameServer()
            .AddHost("example.org", "192.0.2.1", "192.0.2.2").AddHost("a.example.org", "192.0.2.1").AddHost("b.example.org", "192.0.2.2")
            .AddService("_turn._tcp.example.com", (1, 0, 4000, "a.example.org"), (2, 0, 5000, "b.example.org"))
            .AddRule("example.net", 100, 10, "s", "RELAY:turn.tcp", "_turn._tcp.example.com");
        var network = new ClosedNetwork(dns.Address);
        await using var client = new TurnClient(ServerUri.Parse(uri), Relay.Login, environment: dns.Environment with { Network = network });

        TurnResult<RelayedSocket> result = await client.AllocateAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(TurnStatus.Unreachable, result.Outcome.Status);
        Assert.Equal(tried, string.Join(", ", network.Tried.Order(StringComparer.Ordinal)));
    }

    /// <summary>There is a way to the name server, and none to anybody else.</summary>
    private sealed class ClosedNetwork(TransportAddress nameServer) : INetwork
    {
        public ConcurrentQueue<string> Tried { get; } = new();

        public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default)
        {
            if (remote == nameServer) return SystemNetwork.Instance.OpenDatagram(in local, in remote);

            Tried.Enqueue($"Udp {remote}");
            return new(NetworkStatus.Unreachable);
        }

        public ValueTask<NetworkResult<TcpConnection>> ConnectAsync(TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default)
        {
            Tried.Enqueue($"Tcp {remote}");
            return new(new NetworkResult<TcpConnection>(NetworkStatus.Refused));
        }

        public NetworkResult<ITcpListener> Listen(in TransportAddress local) => new(NetworkStatus.Denied);

        public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => [];
    }
}
