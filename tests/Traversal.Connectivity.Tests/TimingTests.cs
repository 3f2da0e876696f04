using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Connectivity.Tests;

/// <summary>
/// How soon there is a way for data, with STUN and TURN in use: S is the way of a signal, R the round trip between any two hosts. No agent can be sooner.
/// </summary>
public sealed class TimingTests
{
    private const double S = 100, R = 50, Exact = 1e-3;

    public static TheoryData<bool> BehindNats => [false, true];

    [Theory]
    [MemberData(nameof(BehindNats))]
    public void After_S_and_R_the_answerer_and_after_two_S_and_R_the_offerer(bool behindNats)
    {
        Scene scene = SceneOf(behindNats);
        AssertInTime(scene, scene.Connect(S), behindNats, later: 0);
    }

    [Theory]
    [MemberData(nameof(BehindNats))]
    public void The_first_flight_of_checks_is_lost_and_it_takes_at_most_100_ms_longer(bool behindNats)
    {
        Scene scene = SceneOf(behindNats);
        scene.Network.Loses = FirstFlight(scene.Network);
        AssertInTime(scene, scene.Connect(S), behindNats, later: 100);
    }

    [Fact]
    public void The_offerer_signals_no_candidate_and_it_takes_no_longer_than_its_first_check()
    {
        Scene scene = SceneOf(behindNats: false);
        scene.Offerer.Filter = _ => null;
        MonotonicTime start = scene.Connect(S);

        scene.AssertConnected();
        Assert.Equal(2 * S + R, Scene.RouteAfter(scene.Offerer, start), Exact);
        Assert.Equal(2 * S + 1.5 * R, Scene.RouteAfter(scene.Answerer, start), Exact);
    }

    [Fact]
    public void The_answerer_signals_no_candidate_and_it_takes_no_longer()
    {
        Scene scene = SceneOf(behindNats: false);
        scene.Answerer.Filter = _ => null;
        AssertInTime(scene, scene.Connect(S), behindNats: false, later: 0);
    }

    [Theory]
    [MemberData(nameof(BehindNats))]
    public void Ten_dead_candidates_stand_in_front_and_it_takes_no_longer(bool behindNats)
    {
        Scene scene = SceneOf(behindNats);
        AddDead(scene.Offerer);
        AddDead(scene.Answerer);
        AssertInTime(scene, scene.Connect(S), behindNats, later: 0);
    }

    private static Scene SceneOf(bool behindNats) => new Scene(
        oneWay: R / 2,
        offererPlace: behindNats ? Scene.Behind(EndpointBehavior.Independent, EndpointBehavior.AddressAndPortDependent, "198.18.1.9:0") : null,
        answererPlace: behindNats ? Scene.Behind(EndpointBehavior.Independent, EndpointBehavior.AddressAndPortDependent, "198.18.2.9:0") : null).Gather();

    private static void AssertInTime(Scene scene, MonotonicTime start, bool behindNats, double later)
    {
        scene.AssertConnected();
        Assert.False(Scene.IsRelayed(scene.Offerer));
        Assert.InRange(Scene.RouteAfter(scene.Offerer, start), 0, 2 * S + R + later + Exact);
        Assert.InRange(Scene.RouteAfter(scene.Answerer, start), 0, (behindNats ? 2 * S + 1.5 * R : S + R) + later + Exact);
    }

    private static void AddDead(ConnectivityHost host)
    {
        for (uint i = 0; i < 10; i++)
        {
            host.Forged.Add(new IceCandidate
            {
                Foundation = $"dead{i}",
                Priority = int.MaxValue - i,
                Address = TransportAddress.FromIPv4(0xC0A8_0001 + i, 9000),
                Kind = IceCandidateKind.Host,
            });
        }
    }

    // The checks that each host, or its relay, sends when it sends its first.
    private static Func<Packet, bool> FirstFlight(VirtualNetwork network)
    {
        var first = new Dictionary<TransportAddress, MonotonicTime>();
        return packet =>
        {
            if (StunMessage.TryParse(packet.Bytes, out StunMessage message) != StunParseStatus.Ok) return false;
            if (message.Class != StunClass.Request || !message.Has(StunAttributeType.Priority)) return false;

            first.TryAdd(packet.Source, network.Now);
            return first[packet.Source] == network.Now;
        };
    }
}
