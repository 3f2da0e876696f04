using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;

namespace Traversal.Connectivity.Tests;

/// <summary>Which candidates are gathered, when, and what is said of servers that give none.</summary>
public sealed class GatheringTests
{
    private static readonly TransportAddress Dead = TransportAddress.Parse("203.0.113.66:3478");

    private static readonly Func<VirtualNetwork, Realm> Nat = Scene.Behind(EndpointBehavior.Independent, EndpointBehavior.Independent, "198.18.1.9:0");

    [Fact]
    public void Host_at_once_and_the_others_when_their_server_has_answered()
    {
        Scene scene = new Scene(oneWay: 25, offererPlace: Nat);
        MonotonicTime start = scene.Network.Now;
        scene.Gather();

        (IceCandidateKind, double)[] gathered = [.. Candidates(scene.Offerer).Select(found => (found.Candidate!.Kind, (found.At - start).TotalMilliseconds))];
        Assert.Equal((IceCandidateKind.Host, 0), gathered[0]);
        Assert.Equal((IceCandidateKind.ServerReflexive, 50), gathered[1]);
        Assert.Equal((IceCandidateKind.Relayed, 100), gathered[2]); // The nonce costs a round trip.
        Assert.All(Candidates(scene.Offerer).Skip(1), found => Assert.Equal(Scene.Server, found.Server));
        Assert.Single(scene.Offerer.Events, happened => happened.Kind == ConnectivityEventKind.GatheringFinished);
        Assert.True(scene.Offerer.Machine.HasFinishedGathering);
    }

    [Fact]
    public void A_relayed_address_of_both_IP_versions_where_the_server_has_both()
    {
        Scene scene = new Scene(configureServer: options => options.RelayAddresses.Add(new RelayHostAddress(Scene.ServerIPv6))).Gather();

        IceCandidate[] relayed = [.. scene.Offerer.Machine.LocalCandidates.Where(candidate => candidate.Kind == IceCandidateKind.Relayed)];
        Assert.Equal([IPFamily.IPv4, IPFamily.IPv6], relayed.Select(candidate => candidate.Address.Family));
    }

    [Fact]
    public void What_a_TURN_server_saw_is_a_server_reflexive_candidate_without_any_STUN_server()
    {
        Scene scene = new Scene(offererPlace: Nat).Gather(stun: false);

        IceCandidate mapped = Assert.Single(scene.Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.ServerReflexive);
        Assert.True(mapped.Address.HasSameAddress(TransportAddress.Parse("198.18.1.9:0")));
    }

    [Fact]
    public void A_host_without_a_NAT_has_no_server_reflexive_candidate_as_it_would_say_nothing_new() =>
        Assert.DoesNotContain(new Scene().Gather().Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.ServerReflexive);

    [Fact]
    public void Without_host_candidates_nobody_is_told_an_address_behind_the_NAT()
    {
        Scene scene = new Scene(offererPlace: Nat, configure: options => options.Policy = CandidatePolicy.NoHost).Gather();

        Assert.Equal(
            [IceCandidateKind.ServerReflexive, IceCandidateKind.Relayed], scene.Offerer.Machine.LocalCandidates.Select(candidate => candidate.Kind));
        Assert.All(scene.Offerer.Machine.LocalCandidates, candidate => Assert.DoesNotContain("10.1.", candidate.ToString(), StringComparison.Ordinal));
        Assert.All(scene.Offerer.Machine.LocalCandidates, candidate => Assert.Contains("raddr 0.0.0.0 rport 9", candidate.ToString(), StringComparison.Ordinal));
        scene.Connect();
        scene.AssertConnected();
    }

    [Fact]
    public void Servers_that_do_not_answer_are_named_and_delay_nobody()
    {
        var scene = new Scene();
        scene.Offerer.Do(machine =>
        {
            machine.AddStunServer(in Dead, scene.Network.Now);
            machine.AddTurnServer(scene.Turn(Dead), scene.Network.Now);
        });
        MonotonicTime start = scene.Network.Now;
        scene.Gather(seconds: 0.2);
        Assert.Equal(1, scene.Offerer.Machine.LocalCandidates.Count(candidate => candidate.Kind == IceCandidateKind.Relayed));

        scene.Network.RunUntil(() => scene.Offerer.Machine.HasFinishedGathering, TimeSpan.FromMinutes(2));
        ServerFailure[] failures = [.. Failures(scene.Offerer)];
        Assert.Equal(2, failures.Length);
        Assert.All(failures, failure => Assert.Equal((Dead, TurnFailureReason.TimedOut), (failure.Server, failure.Failure.Reason)));
        Assert.Contains(failures, failure => failure.IsTurn);
        Assert.InRange((scene.Network.Now - start).TotalSeconds, 39, 41);
    }

    [Fact]
    public void A_TURN_server_that_does_not_take_the_credential_is_named_with_its_code()
    {
        var scene = new Scene();
        scene.Offerer.Do(machine => machine.AddTurnServer(scene.Turn(credential: TurnCredential.FromPassword("user", "wrong")), scene.Network.Now));
        scene.Gather(turn: false);

        ServerFailure failure = Assert.Single(Failures(scene.Offerer));
        Assert.Equal((TurnFailureReason.CredentialRefused, StunErrorCode.Unauthenticated), (failure.Failure.Reason, failure.Failure.Code));
    }

    [Fact]
    public void A_link_that_cannot_be_made_is_waited_for_and_named()
    {
        var scene = new Scene();
        scene.Offerer.Do(machine => machine.AddLink(4, scene.Turn(), scene.Network.Now));
        scene.Gather();
        Assert.False(scene.Offerer.Machine.HasFinishedGathering);

        scene.Offerer.Do(machine => machine.OnLinkClosed(4, scene.Network.Now));
        Assert.True(scene.Offerer.Machine.HasFinishedGathering);
        ServerFailure failure = Assert.Single(Failures(scene.Offerer));
        Assert.Equal((4, TurnFailureReason.PathLost), (failure.Link, failure.Failure.Reason));
    }

    [Fact]
    public void A_server_that_sends_its_clients_elsewhere_is_followed_there()
    {
        var scene = new Scene(configureServer: options => options.RedirectPolicy = new Elsewhere());
        _ = new RelayServer(scene.Network, new Host(scene.Network, scene.Network.Internet, in Elsewhere.Server), [Elsewhere.Server]);
        scene.Gather();

        IceCandidate relayed = Assert.Single(scene.Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.Relayed);
        Assert.True(relayed.Address.HasSameAddress(in Elsewhere.Server));
        scene.Connect();
        scene.AssertConnected();
    }

    /// <summary>A server has one allocation for a port: to ask it for another would end the first.</summary>
    [Fact]
    public void A_server_that_sends_its_clients_to_one_that_is_used_already_gives_nothing_and_takes_nothing()
    {
        var scene = new Scene(configureServer: options => options.RedirectPolicy = new Elsewhere());
        _ = new RelayServer(scene.Network, new Host(scene.Network, scene.Network.Internet, in Elsewhere.Server), [Elsewhere.Server]);
        scene.Offerer.Do(machine => machine.AddTurnServer(scene.Turn(Elsewhere.Server), scene.Network.Now));
        scene.Gather();
        scene.Network.Run(TimeSpan.FromMinutes(1));

        IceCandidate relayed = Assert.Single(scene.Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.Relayed);
        Assert.True(relayed.Address.HasSameAddress(in Elsewhere.Server));
        Assert.Equal(TurnFailureReason.Redirected, Assert.Single(Failures(scene.Offerer)).Failure.Reason);
        scene.Connect();
        scene.AssertConnected();
    }

    [Fact]
    public void Questions_go_out_by_the_bucket_of_the_process()
    {
        var scene = new Scene();
        var sent = new List<MonotonicTime>();
        scene.Network.Sniffer = packet =>
        {
            if (packet.Source.HasSameAddress(TransportAddress.Parse("198.18.1.1:0"))) sent.Add(scene.Network.Now);
        };
        for (int i = 0; i < 8; i++) scene.Offerer.Do(machine => machine.AddStunServer(Dead.WithPort((ushort)(4000 + i)), scene.Network.Now));
        for (int i = 0; i < 6; i++) scene.Offerer.Open(TransportAddress.Parse("198.18.1.1:0").WithPort((ushort)(5000 + i)));
        scene.Network.Run(TimeSpan.FromMilliseconds(400));

        Assert.Equal(48, sent.Count);
        Assert.Equal(CheckPacer.DefaultBurst, sent.Count(at => at == sent[0]));
        Assert.Equal((48 - CheckPacer.DefaultBurst) * 5, (sent[^1] - sent[0]).TotalMilliseconds, 1e-3);
    }

    [Fact]
    public void A_mapping_is_kept_until_there_is_a_nominated_pair_and_no_longer()
    {
        Scene scene = new Scene(offererPlace: Nat).Gather(turn: false);
        int questions = 0;
        scene.Network.Sniffer = packet =>
        {
            if (packet.Source.ToString() == "10.1.0.2:5000" && packet.Destination == Scene.Server) questions++;
        };
        scene.Network.Run(TimeSpan.FromSeconds(61));
        Assert.Equal(4, questions);

        scene.Connect();
        questions = 0;
        scene.Network.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(0, questions);
    }

    [Fact]
    public void A_mapping_that_changes_is_another_candidate_and_the_one_before_is_not_signalled_any_more()
    {
        var network = new VirtualNetwork();
        var nat = new Nat(network, TransportAddress.Parse("198.18.1.9:0"), new NatBehavior());
        var host = new ConnectivityHost(network, new Host(network, nat.Inside, TransportAddress.Parse("10.1.0.2:0")), new ConnectivityOptions());
        _ = new ReflectingServer(new Host(network, network.Internet, in Scene.Server), in Scene.Server);
        host.Do(machine => machine.AddStunServer(in Scene.Server, network.Now));
        host.Open(TransportAddress.Parse("10.1.0.2:5000"));
        network.Run(TimeSpan.FromSeconds(1));
        nat.Reboot();
        network.Run(TimeSpan.FromSeconds(20));

        IceCandidate[] gathered = [.. host.Events.Where(happened => happened.Candidate?.Kind == IceCandidateKind.ServerReflexive).Select(happened => happened.Candidate!)];
        Assert.Equal(2, gathered.Length);
        Assert.Equal(gathered[1], Assert.Single(host.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.ServerReflexive));
        Assert.Equal(gathered[1], Assert.Single(host.Machine.Agent.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.ServerReflexive));
    }

    [Fact]
    public void Whatever_there_is_too_much_of_is_refused()
    {
        var scene = new Scene();
        scene.Offerer.Do(machine =>
        {
            for (ushort i = 1; i <= 1000; i++)
            {
                machine.AddBase(TransportAddress.Parse("198.18.1.1:0").WithPort(i), scene.Network.Now);
                machine.AddStunServer(Dead.WithPort(i), scene.Network.Now);
                machine.AddTurnServer(scene.Turn(Dead.WithPort(i)), scene.Network.Now);
                machine.AddLink(i, scene.Turn(), scene.Network.Now);
            }
        });
        scene.Network.Run(TimeSpan.FromMinutes(3));

        Assert.Equal(ConnectivityLimits.MaxBases, scene.Offerer.Machine.Bases.Count);
        Assert.InRange(Failures(scene.Offerer).Count(), 1, ConnectivityLimits.MaxBindings + ConnectivityLimits.MaxRelays);
    }

    private static IEnumerable<ConnectivityEvent> Candidates(ConnectivityHost host) =>
        host.Events.Where(happened => happened.Kind == ConnectivityEventKind.CandidateGathered);

    private static IEnumerable<ServerFailure> Failures(ConnectivityHost host) =>
        host.Events.Where(happened => happened.Kind == ConnectivityEventKind.ServerFailed).Select(happened => happened.Failure!);

    private sealed class Elsewhere : IRedirectPolicy
    {
        public static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.2:3478");

        public bool TryRedirect(in RedirectQuery query, out Redirection redirection)
        {
            redirection = new Redirection(Server);
            return true;
        }
    }
}
