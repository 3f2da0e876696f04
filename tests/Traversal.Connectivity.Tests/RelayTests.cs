using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Connectivity.Tests;

/// <summary>The relayed path: permissions in time, lost allocations, credentials that end.</summary>
public sealed class RelayTests
{
    private static readonly TransportAddress Stranger = TransportAddress.Parse("198.18.7.7:7777");

    [Fact]
    public void The_server_is_asked_to_let_a_peer_in_when_its_candidate_comes()
    {
        Scene scene = new Scene().Gather();
        List<Packet> sent = Sniff(scene, Scene.Server);
        scene.Offerer.Do(machine => machine.AddRemoteCandidate(Candidate("198.18.2.1:6000"), scene.Network.Now));

        Assert.Equal(StunMethod.CreatePermission, Parse(Assert.Single(sent)).Method);
    }

    [Fact]
    public void A_private_peer_that_the_server_refuses_does_not_delay_one_that_it_lets_in()
    {
        Scene scene = new Scene().Gather();
        List<Packet> sent = Sniff(scene, Scene.Server);
        scene.Offerer.Do(machine =>
        {
            machine.AddRemoteCandidate(Candidate("10.77.0.1:6000"), scene.Network.Now);
            machine.AddRemoteCandidate(Candidate("198.18.2.1:6000"), scene.Network.Now);
        });

        StunMessage request = Parse(Assert.Single(sent));
        Assert.True(request.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress peer));
        Assert.True(peer.HasSameAddress(TransportAddress.Parse("198.18.2.1:0")));
    }

    [Fact]
    public void The_first_relayed_check_goes_right_behind_the_request_for_its_channel()
    {
        Scene scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();
        List<Packet> sent = Sniff(scene, Scene.Server);
        MonotonicTime start = scene.Connect(100);

        StunMethod[] methods = [.. sent.Where(packet => packet.Source.Port == 6000 && Message(packet).HasValue).Select(packet => Message(packet)!.Value).Take(3)];
        Assert.Equal([StunMethod.CreatePermission, StunMethod.ChannelBind, StunMethod.Send], methods);

        // By way of the server a round trip takes 100 ms, and no request is waited for.
        Assert.Equal(2 * 100 + 100, Scene.RouteAfter(scene.Offerer, start), 1e-3);
        Assert.Equal(2 * 100 + 1.5 * 100, Scene.RouteAfter(scene.Answerer, start), 1e-3);
    }

    [Fact]
    public void A_lost_allocation_is_made_anew_and_signalled()
    {
        Scene scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();
        TransportAddress before = scene.Offerer.Machine.LocalCandidates.Single().Address;
        scene.Relay.IsDown = true;
        scene.Network.RunUntil(() => Has(scene.Offerer, ConnectivityEventKind.RelayLost), TimeSpan.FromMinutes(30));
        Assert.Empty(scene.Offerer.Machine.LocalCandidates);
        Assert.Equal(TurnFailureReason.TimedOut, scene.Offerer.Events.Single(happened => happened.Kind == ConnectivityEventKind.RelayLost).Failure!.Failure.Reason);

        scene.Relay.IsDown = false;
        scene.Network.Run(TimeSpan.FromMinutes(10));
        Assert.NotEqual(before, scene.Offerer.Machine.LocalCandidates.Single().Address);
    }

    [Fact]
    public void Of_a_restart_the_peer_hears_nothing_and_the_path_is_open_as_before()
    {
        const int Seconds = 1200;
        Scene scene = new Scene(configure: options => options.Policy = options.Ice.Role == IceRole.Controlling ? CandidatePolicy.RelayOnly : default).Gather();
        scene.Connect();
        scene.Offerer.Offer(scene.Answerer, TimeSpan.FromDays(1));
        scene.Offerer.Do(machine => machine.Restart(scene.Network.Now));
        for (int i = 0; i < Seconds; i++)
        {
            Assert.True(scene.Answerer.Send([0xC0, 1]));
            scene.Network.Run(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Seconds, scene.Offerer.Data.Count);
    }

    [Fact]
    public void A_server_that_stays_away_is_left_alone_after_a_while()
    {
        Scene scene = new Scene().Gather();
        scene.Relay.IsDown = true;
        scene.Network.Run(TimeSpan.FromMinutes(90));
        List<Packet> sent = Sniff(scene, Scene.Server);
        scene.Network.Run(TimeSpan.FromMinutes(10));

        Assert.DoesNotContain(sent, packet => Parse(packet).Method != StunMethod.Binding);
    }

    [Fact]
    public void A_link_that_breaks_takes_its_candidate_along_and_another_brings_another()
    {
        Scene scene = new Scene().Gather(turn: false);
        Connect(1);
        Assert.Equal(1, RelayedCount());
        scene.Offerer.Disconnect(1);
        Assert.Equal(0, RelayedCount());
        Connect(1);
        Assert.Equal(1, RelayedCount());

        void Connect(int link)
        {
            scene.Offerer.Connect(link, scene.Relay, scene.Turn(), Stranger, TimeSpan.FromMilliseconds(10));
            scene.Network.Run(TimeSpan.FromSeconds(1));
        }

        int RelayedCount() => scene.Offerer.Machine.LocalCandidates.Count(candidate => candidate.Kind == IceCandidateKind.Relayed);
    }

    [Fact]
    public void Another_credential_is_asked_for_before_the_present_one_is_over_and_used()
    {
        var scene = new Scene();
        var ending = TurnCredential.FromPassword(RelayServer.User, RelayServer.Password, scene.Network.Now + TimeSpan.FromMinutes(2));
        scene.Offerer.Do(machine => machine.AddTurnServer(scene.Turn(credential: ending) with { RenewsCredential = true }, scene.Network.Now));
        scene.Gather(turn: false);
        scene.Network.RunUntil(() => Has(scene.Offerer, ConnectivityEventKind.CredentialWanted), TimeSpan.FromMinutes(2));

        ConnectivityEvent wanted = scene.Offerer.Events.Single(happened => happened.Kind == ConnectivityEventKind.CredentialWanted);
        Assert.Equal(Scene.Server, wanted.Server);
        Assert.InRange((wanted.Deadline - wanted.At).TotalSeconds, 30, 61);
        scene.Offerer.Do(machine => machine.RenewCredential(in Scene.Server, Scene.Credential, scene.Network.Now));
        scene.Network.Run(TimeSpan.FromMinutes(20));
        Assert.False(Has(scene.Offerer, ConnectivityEventKind.RelayLost));
    }

    [Fact]
    public void Closing_gives_the_allocations_back()
    {
        Scene scene = new Scene().Gather();
        scene.Connect();
        Assert.Equal(2, scene.Relay.Machine.AllocationCount);
        scene.Offerer.Do(machine => machine.Close(scene.Network.Now));
        scene.Network.Run(TimeSpan.FromSeconds(1));

        Assert.True(scene.Offerer.Machine.IsClosed);
        Assert.Equal(1, scene.Relay.Machine.AllocationCount);
        Assert.False(scene.Offerer.Send([1]));
        Assert.Equal(MonotonicTime.Never, scene.Offerer.NextDeadline);
    }

    private static bool Has(ConnectivityHost host, ConnectivityEventKind kind) => host.Events.Any(happened => happened.Kind == kind);

    private static List<Packet> Sniff(Scene scene, TransportAddress destination)
    {
        var sent = new List<Packet>();
        scene.Network.Sniffer = packet =>
        {
            if (packet.Destination == destination) sent.Add(packet);
        };
        return sent;
    }

    private static IceCandidate Candidate(string address) =>
        new() { Foundation = "1", Priority = 100, Address = TransportAddress.Parse(address), Kind = IceCandidateKind.Host };

    private static StunMethod? Message(Packet packet) => StunMessage.TryParse(packet.Bytes, out StunMessage message) == StunParseStatus.Ok ? message.Method : null;

    private static StunMessage Parse(Packet packet)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(packet.Bytes, out StunMessage message));
        return message;
    }
}
