using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Two agents that meet: how soon, and that they agree. S is the way of a signal, R the round trip between the agents.</summary>
public sealed class ConnectingTests
{
    private const double S = 100, R = 50, Exact = 1e-3;

    private static readonly NatBehavior PortRestricted = new();

    [Fact]
    public void Two_hosts_connect_and_agree_on_the_pair()
    {
        IceScene scene = Hosts();
        scene.Connect();

        scene.AssertConnected();
        Assert.Equal(IceAgentState.Completed, scene.Offerer.Agent.State);
        Assert.Equal(IceAgentState.Completed, scene.Answerer.Agent.State);
        Assert.Equal(scene.Offerer.Agent.Route!.Value.Local, scene.Answerer.Agent.Route!.Value.Remote);
        Assert.Equal(scene.Offerer.Agent.Route!.Value.Remote, scene.Answerer.Agent.Route!.Value.Local);
    }

    [Fact]
    public void Between_hosts_the_answerer_has_a_way_after_S_and_R_and_the_offerer_after_two_S_and_R()
    {
        IceScene scene = Hosts();
        MonotonicTime start = scene.Connect();

        Assert.Equal(S + R, scene.Answerer.RouteAfter(start), Exact);
        Assert.Equal(2 * S + R, scene.Offerer.RouteAfter(start), Exact);
    }

    [Fact]
    public void Through_two_port_restricted_NATs_too()
    {
        IceScene scene = BehindNats();
        MonotonicTime start = scene.Connect();

        scene.AssertConnected();
        Assert.InRange(scene.Offerer.RouteAfter(start), 0, 2 * S + R + Exact);
        Assert.InRange(scene.Answerer.RouteAfter(start), 0, 2 * S + 1.5 * R + Exact);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_first_flight_of_checks_is_lost_and_it_takes_at_most_100_ms_longer(bool behindNats)
    {
        IceScene scene = behindNats ? BehindNats() : Hosts();
        LoseFirstFlight(scene.Offerer);
        LoseFirstFlight(scene.Answerer);
        MonotonicTime start = scene.Connect();

        scene.AssertConnected();
        Assert.InRange(scene.Offerer.RouteAfter(start), 0, 2 * S + R + 100);
        Assert.InRange(scene.Answerer.RouteAfter(start), 0, behindNats ? 2 * S + 1.5 * R + 100 : S + R + 100);
    }

    [Fact]
    public void The_offerer_signals_no_candidate_and_it_takes_no_longer_than_its_first_check()
    {
        IceScene scene = Hosts();
        string offerer = scene.OffererAddress.WithPort(5000).ToString();
        scene.Signaling.Filter = candidate => candidate.Address.ToString() != offerer;
        MonotonicTime start = scene.Connect();

        scene.AssertConnected();
        Assert.Equal(2 * S + R, scene.Offerer.RouteAfter(start), Exact);
        Assert.Equal(2 * S + 1.5 * R, scene.Answerer.RouteAfter(start), Exact);
        Assert.Equal(IceCandidateKind.PeerReflexive, scene.Answerer.Agent.GetPairs().Single().Remote.Kind);
    }

    [Fact]
    public void The_answerer_signals_no_candidate_and_it_takes_no_longer()
    {
        IceScene scene = Hosts();
        string answerer = scene.AnswererAddress.WithPort(6000).ToString();
        scene.Signaling.Filter = candidate => candidate.Address.ToString() != answerer;
        MonotonicTime start = scene.Connect();

        scene.AssertConnected();
        Assert.Equal(S + R, scene.Answerer.RouteAfter(start), Exact);
        Assert.Equal(2 * S + R, scene.Offerer.RouteAfter(start), Exact);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Ten_dead_candidates_stand_in_front_and_it_takes_no_longer(bool behindNats, bool signalsPacing)
    {
        IceScene scene = behindNats ? BehindNats() : Hosts();
        scene.Signaling.ChangeParameters = parameters => signalsPacing ? parameters : parameters with { Pacing = null };
        scene.Signaling.AddDeadCandidates(10);
        MonotonicTime start = scene.Connect();

        scene.AssertConnected();
        Assert.InRange(scene.Offerer.RouteAfter(start), 0, 2 * S + R + Exact);
        Assert.InRange(scene.Answerer.RouteAfter(start), 0, behindNats ? 2 * S + 1.5 * R + Exact : S + R + Exact);
    }

    [Fact]
    public void A_candidate_that_is_trickled_is_checked_when_it_comes()
    {
        var scene = new IceScene(oneWay: R / 2, signaling: S);
        scene.Signaling.EndsCandidates = false;
        MonotonicTime start = scene.Signaling.Offer();
        scene.Network.Run(TimeSpan.FromSeconds(3));
        scene.Gather();
        scene.Network.RunUntil(() => scene.Offerer.RouteAt is not null && scene.Answerer.RouteAt is not null, TimeSpan.FromSeconds(10));

        scene.AssertConnected();
        Assert.Equal(3000 + S + R, scene.Offerer.RouteAfter(start), Exact);
        Assert.Equal(3000 + S + R, scene.Answerer.RouteAfter(start), Exact);
    }

    [Fact]
    public void A_check_that_is_earlier_than_the_credentials_is_answered_at_once_and_checked_back_when_they_come()
    {
        IceScene scene = new IceScene(oneWay: R / 2, signaling: 1000).Gather();
        MonotonicTime start = scene.Connect();

        Assert.Equal(1000 + R, scene.Answerer.RouteAfter(start), Exact);
        Assert.Equal(2000 + R, scene.Offerer.RouteAfter(start), Exact);
        MonotonicTime firstCheck = scene.Offerer.Sent.First(sent => IceScene.IsRequest(sent.Bytes)).At;
        Assert.Equal(2000, (firstCheck - start).TotalMilliseconds, Exact);
    }

    [Fact]
    public void A_signalled_candidate_takes_the_place_of_what_a_check_had_shown()
    {
        var scene = new IceScene(oneWay: R / 2, signaling: 1000);
        scene.Gather();
        scene.Connect();

        IcePairReport pair = scene.Offerer.Agent.GetPairs().Single();
        Assert.Equal(IceCandidateKind.Host, pair.Remote.Kind);
        Assert.Equal(1, pair.Timeline.Count(moment => moment.Step == IcePairStep.Paired));
    }

    [Fact]
    public void And_is_paired_with_every_local_candidate_not_with_that_of_the_check_alone()
    {
        var bench = new Bench(isSignalled: false);
        TransportAddress second = Bench.Local.WithPort(5001);
        bench.Do(agent => agent.AddLocalCandidate(IceLocalCandidate.Host(in second), bench.Now));
        bench.Arrive(CheckBuilder.For(bench.Agent).Build());
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(Bench.Peer, bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote), bench.Now);
        });

        Assert.Equal([Bench.Local, second], bench.Agent.GetPairs().Select(pair => pair.Local.Address));
        Assert.All(bench.Agent.GetPairs(), pair => Assert.Equal(IceCandidateKind.Host, pair.Remote.Kind));
    }

    [Fact]
    public void Data_goes_on_a_valid_pair_before_any_nomination()
    {
        IceScene scene = Hosts(options => options.Renomination = false);
        scene.Answerer.Tamper = (_, bytes) => bytes;
        scene.Offerer.Tamper = (_, bytes) => IceScene.Parse(bytes).Has(StunAttributeType.UseCandidate) ? null : bytes;
        scene.Signaling.Offer();
        scene.Network.Run(TimeSpan.FromMilliseconds(2 * S + 2 * R));

        Assert.Equal(IceAgentState.Connected, scene.Answerer.Agent.State);
        scene.AssertConnected();
        Assert.False(scene.Answerer.Agent.GetPairs().Single().IsNominated);
    }

    private static IceScene Hosts(Action<IceAgentOptions>? configure = null) =>
        new IceScene(oneWay: R / 2, signaling: S, configureOfferer: configure, configureAnswerer: configure).Gather();

    private static IceScene BehindNats() => new IceScene(
        oneWay: R / 2, signaling: S, offererPlace: IceScene.Behind(PortRestricted), answererPlace: IceScene.Behind(PortRestricted)).Gather(reflexive: true);

    private static void LoseFirstFlight(IcePeer peer)
    {
        MonotonicTime? first = null;
        peer.Tamper = (_, bytes) =>
        {
            if (!IceScene.IsRequest(bytes)) return bytes;
            first ??= peer.Now;
            return peer.Now == first ? null : bytes;
        };
    }
}
