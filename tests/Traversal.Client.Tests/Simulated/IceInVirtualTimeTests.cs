using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Client.Tests.Simulated;

/// <summary>The driver is as quick as its machine: the same bounds as the machine's own, to the microsecond.</summary>
[Collection(nameof(VirtualTime))]
public sealed class IceInVirtualTimeTests
{
    private const double S = SimulatedScene.S, R = SimulatedScene.R, Exact = 1e-3;

    /// <summary>By way of the server, which is a round trip from each.</summary>
    private const double RelayedR = 2 * R;

    /// <summary>How long a connection waits for what follows on a change of addresses.</summary>
    private const double Settling = 200;

    private static readonly NatBehavior PortRestricted = new();
    private static readonly NatBehavior Symmetric = new() { Mapping = EndpointBehavior.AddressAndPortDependent };

    [Fact]
    public async Task Two_hosts_connect_after_S_and_R_and_after_two_S_and_R()
    {
        var scene = new SimulatedScene();
        await scene.RunAsync(async () =>
        {
            (double offerer, double answerer) = await scene.ConnectAsync();
            Assert.InRange(answerer, 0, S + R + Exact);
            Assert.InRange(offerer, 0, 2 * S + R + Exact);
            await scene.AssertConnectedAsync();
        });
    }

    [Fact]
    public async Task Behind_two_port_restricted_NATs_they_connect_when_the_offerers_checks_have_opened_its_own()
    {
        var scene = new SimulatedScene(PortRestricted);
        await scene.RunAsync(async () =>
        {
            (double offerer, double answerer) = await scene.ConnectAsync();
            Assert.InRange(offerer, 0, 2 * S + R + Exact);
            Assert.InRange(answerer, 0, 2 * S + 1.5 * R + Exact);
            Assert.False(IsRelayed(scene.Offerer));
            await scene.AssertConnectedAsync();
        });
    }

    [Theory]
    [InlineData(TurnTransport.Udp)]
    [InlineData(TurnTransport.Tcp)]
    public async Task Through_a_relay_they_connect_as_soon(TurnTransport transport)
    {
        var server = new IceServer(new TurnServerEndpoint(SimulatedScene.Server, transport), SimulatedScene.Login);
        var scene = new SimulatedScene(Symmetric, configure: options => options with { Servers = [server], Policy = Connectivity.CandidatePolicy.RelayOnly });
        await scene.RunAsync(async () =>
        {
            (double offerer, double answerer) = await scene.ConnectAsync();
            Assert.InRange(offerer, 0, 2 * S + RelayedR + Exact);
            Assert.InRange(answerer, 0, 2 * S + 1.5 * RelayedR + Exact);
            Assert.True(IsRelayed(scene.Offerer));
            await scene.AssertConnectedAsync();
        });
    }

    [Fact]
    public async Task A_thousand_datagrams_over_a_link_that_loses_a_tenth_arrive_as_often_as_the_link_lets_them()
    {
        const int Count = 1000;
        var scene = new SimulatedScene(link: new Link { Latency = TimeSpan.FromMilliseconds(R / 4), Loss = 0.05 }, seed: 7);
        await scene.RunAsync(async () =>
        {
            await scene.ConnectAsync();
            var lost = new HashSet<int>();
            scene.World.Do(() => scene.World.Network.Sniffer = packet =>
            {
                if (packet.Bytes[0] == 0xC0) lost.Add(BitConverter.ToInt32(packet.Bytes, 1));
            });
            scene.World.Do(() => scene.AnswererHost.OnReceived = packet =>
            {
                if (packet.Bytes[0] == 0xC0) lost.Remove(BitConverter.ToInt32(packet.Bytes, 1));
            });
            MonotonicTime start = scene.World.Now;
            Task<List<int>> receiving = ReceiveAsync(scene.Answerer);
            for (int i = 0; i < Count; i++)
            {
                Assert.Equal(NetworkStatus.Ok, scene.Offerer.Send([0xC0, .. BitConverter.GetBytes(i)]));
                await Task.Delay(TimeSpan.FromMilliseconds(5), scene.World.Time);
            }

            Assert.Equal(Count * 5, (scene.World.Now - start).TotalMilliseconds, Exact);
            await Task.Delay(TimeSpan.FromSeconds(1), scene.World.Time);
            await scene.Answerer.DisposeAsync();
            List<int> received = await receiving;
            Assert.Equal(Enumerable.Range(0, Count).Except(lost), received);
            Assert.InRange(received.Count, 850, 950);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_gets_another_address_keeps_the_connection(bool keepsOld)
    {
        var scene = new SimulatedScene();
        TransportAddress old = TransportAddress.Parse("198.18.1.1:0"), next = TransportAddress.Parse("198.18.5.5:0");
        await scene.RunAsync(async () =>
        {
            await scene.ConnectAsync();
            MonotonicTime moved = scene.World.Now;
            scene.World.Do(() =>
            {
                scene.OffererHost.Connect(scene.World.Network.Internet, in next, Link.WithLatency(R / 4));
                if (!keepsOld) scene.OffererHost.Disconnect(in old);
            });
            if (keepsOld)
            {
                await scene.AssertConnectedAsync();
                await Task.Delay(TimeSpan.FromSeconds(1), scene.World.Time);
                scene.World.Do(() => scene.OffererHost.Disconnect(in old));
            }

            await foreach (IceConnectionEvent _ in scene.Answerer.Events.ReadAllAsync())
            {
                if (RemoteOf(scene.Answerer) is { } remote && remote.HasSameAddress(in next)) break;
            }

            await foreach (IceConnectionEvent _ in scene.Offerer.Events.ReadAllAsync())
            {
                if (scene.Offerer.State is IceAgentState.Completed) break;
            }

            double settled = (scene.World.Now - moved).TotalMilliseconds;
            if (!keepsOld) Assert.InRange(settled, 0, Settling + 2 * S + 2 * R + Exact);
            await scene.AssertConnectedAsync();
        });
    }

    private static async Task<List<int>> ReceiveAsync(IceConnection connection)
    {
        var received = new List<int>();
        byte[] buffer = new byte[100];
        while (await connection.ReceiveAsync(buffer) is { IsOk: true }) received.Add(BitConverter.ToInt32(buffer, 1));
        return received;
    }

    private static TransportAddress? RemoteOf(IceConnection connection) => connection.GetPairs().FirstOrDefault(pair => pair.IsSelected)?.Remote.Address;

    private static bool IsRelayed(IceConnection connection)
    {
        IcePairReport pair = connection.GetPairs().Single(pair => pair.IsSelected);
        return pair.Local.Kind == IceCandidateKind.Relayed || pair.Remote.Kind == IceCandidateKind.Relayed;
    }
}
