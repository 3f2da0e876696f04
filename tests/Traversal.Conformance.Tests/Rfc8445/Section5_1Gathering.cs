using Traversal.Connectivity;
using Traversal.Connectivity.Tests;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 sections 5.1.1.2 and 5.1.1.4: candidates from servers, and how they are kept.</summary>
public sealed class Section5_1Gathering
{
    private static readonly TransportAddress Second = TransportAddress.Parse("203.0.113.2:3478");

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.2-1")]
    [Trait("Requirement", "RFC8445-5.1.1.2-6")]
    public void Server_reflexive_and_relayed_candidates_are_gathered_the_relayed_with_a_long_term_credential()
    {
        List<Packet> sent = [];
        Scene scene = BehindNat();
        scene.Network.Sniffer = sent.Add;
        scene.Gather();

        Assert.Equal([IceCandidateKind.Host, IceCandidateKind.ServerReflexive, IceCandidateKind.Relayed], Kinds(scene));
        Assert.Contains(sent, packet => Is(packet, StunMethod.Allocate, StunClass.Request, message => message.Has(StunAttributeType.Realm) && message.HasIntegritySha256));
    }

    [Theory]
    [Trait("Requirement", "RFC8445-5.1.1.2-2")]
    [InlineData(CandidatePolicy.NoHost)]
    [InlineData(CandidatePolicy.RelayOnly)]
    public void What_is_gathered_is_an_option(CandidatePolicy policy)
    {
        Scene scene = BehindNat(options => options.Policy = policy).Gather();
        IceCandidateKind[] expected = policy == CandidatePolicy.RelayOnly ? [IceCandidateKind.Relayed] : [IceCandidateKind.ServerReflexive, IceCandidateKind.Relayed];

        Assert.Equal(expected, Kinds(scene));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.2-4")]
    public void All_servers_are_asked()
    {
        Scene scene = BehindNat();
        _ = new RelayServer(scene.Network, new Host(scene.Network, scene.Network.Internet, in Second), [Second], options => options.RelayAddresses.Add(new RelayHostAddress(Second)));
        scene.Offerer.Do(machine => machine.AddTurnServer(scene.Turn(Second), scene.Network.Now));
        scene.Gather();

        Assert.Equal(2, Kinds(scene).Count(kind => kind == IceCandidateKind.Relayed));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.2-5")]
    public void An_answer_with_MAPPED_ADDRESS_alone_is_read()
    {
        TransportAddress mapped = TransportAddress.Parse("198.18.1.9:4711");
        var scene = new Scene();
        var server = new Host(scene.Network, scene.Network.Internet, in Second);
        server.Open(in Second, packet =>
        {
            Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(packet.Bytes, out StunMessage request));
            byte[] answer = new byte[100];
            var writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
            writer.AddAddress(StunAttributeType.MappedAddress, in mapped);
            server.Send(in Second, packet.Source, answer.AsSpan(0, writer.Finish()));
        });
        scene.Offerer.Do(machine => machine.AddStunServer(in Second, scene.Network.Now));
        scene.Gather(stun: false, turn: false);

        Assert.Equal(mapped, scene.Offerer.Machine.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.ServerReflexive).Address);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.2-7")]
    public void No_more_transactions_than_one_for_each_Ta_in_the_mean()
    {
        List<MonotonicTime> begun = [];
        var scene = new Scene();
        scene.Network.Sniffer = packet =>
        {
            if (packet.Destination.HasSameAddress(in Second)) begun.Add(scene.Network.Now);
        };
        for (ushort i = 0; i < 8; i++) scene.Offerer.Do(machine => machine.AddStunServer(Second.WithPort((ushort)(4000 + i)), scene.Network.Now));
        for (ushort i = 0; i < 5; i++) scene.Offerer.Open(TransportAddress.Parse("198.18.1.1:0").WithPort((ushort)(7000 + i)));
        scene.Network.Run(TimeSpan.FromMilliseconds(450));

        Assert.Equal(40, begun.Count);
        Assert.True((begun[^1] - begun[0]).TotalMilliseconds >= (40 - CheckPacer.DefaultBurst) * CheckPacer.DefaultInterval.TotalMilliseconds);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.2-8")]
    public void A_server_that_has_no_room_is_asked_for_the_mapped_address()
    {
        Scene scene = BehindNat(configureServer: options => options.MaxAllocations = 1);
        scene.Answerer.Do(machine => machine.AddTurnServer(scene.Turn(), scene.Network.Now));
        scene.Answerer.Open(scene.AddressOf(scene.Answerer));
        scene.Network.Run(TimeSpan.FromSeconds(1));
        scene.Gather(stun: false);

        Assert.Equal(TurnFailureReason.Refused, scene.Offerer.Events.Single(happened => happened.Kind == ConnectivityEventKind.ServerFailed).Failure!.Failure.Reason);
        Assert.Equal([IceCandidateKind.Host, IceCandidateKind.ServerReflexive], Kinds(scene));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.4-1")]
    [Trait("Requirement", "RFC8445-5.1.1.4-2")]
    public void Candidates_are_kept_alive_as_long_as_ICE_goes_on()
    {
        List<Packet> sent = [];
        Scene scene = BehindNat().Gather();
        scene.Network.Sniffer = sent.Add;
        scene.Network.Run(TimeSpan.FromMinutes(30));

        TransportAddress relayed = scene.Offerer.Machine.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.Relayed).Address;
        Assert.Contains(sent, packet => Is(packet, StunMethod.Refresh, StunClass.Request));
        Assert.InRange(sent.Count(packet => packet.Source.Port == 5000 && Is(packet, StunMethod.Binding, StunClass.Request)), 100, 130);
        Assert.Equal(relayed, scene.Offerer.Machine.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.Relayed).Address);
        scene.Connect();
        scene.AssertConnected();
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.4-3")]
    public void An_address_that_goes_takes_its_candidates_along_and_one_that_comes_brings_others()
    {
        Scene scene = new Scene().Gather();
        TransportAddress next = TransportAddress.Parse("198.18.5.5:5005");
        scene.Offerer.Close(scene.AddressOf(scene.Offerer));
        Assert.Empty(scene.Offerer.Machine.LocalCandidates);
        scene.Offerer.Host.Connect(scene.Network.Internet, in next);
        scene.Offerer.Open(next);
        scene.Network.Run(TimeSpan.FromSeconds(1));

        Assert.Equal([IceCandidateKind.Host, IceCandidateKind.Relayed], Kinds(scene));
        Assert.Equal(next, scene.Offerer.Machine.LocalCandidates[0].Address);
    }

    // MAX (500 ms, Ta * the number of questions), and there are never so many that the second is more.
    [Fact]
    [Trait("Requirement", "RFC8445-14.3-1")]
    public void A_question_that_is_not_answered_goes_again_after_500_ms()
    {
        List<MonotonicTime> sent = [];
        var scene = new Scene();
        scene.Network.Sniffer = packet =>
        {
            if (packet.Destination == Second) sent.Add(scene.Network.Now);
        };
        scene.Offerer.Do(machine => machine.AddStunServer(in Second, scene.Network.Now));
        scene.Offerer.Open(scene.AddressOf(scene.Offerer));
        scene.Network.Run(TimeSpan.FromSeconds(2));

        Assert.Equal([0, 500, 1500], sent.Select(at => (at - sent[0]).TotalMilliseconds));
    }

    private static Scene BehindNat(Action<ConnectivityOptions>? configure = null, Action<RelayOptions>? configureServer = null) => new(
        offererPlace: Scene.Behind(EndpointBehavior.Independent, EndpointBehavior.AddressAndPortDependent, "198.18.1.9:0"), configure: configure, configureServer: configureServer);

    private static IceCandidateKind[] Kinds(Scene scene) => [.. scene.Offerer.Machine.LocalCandidates.Select(candidate => candidate.Kind)];

    private static bool Is(Packet packet, StunMethod method, StunClass type, StunTest? test = null) =>
        StunMessage.TryParse(packet.Bytes, out StunMessage message) == StunParseStatus.Ok && message.Method == method && message.Class == type && test?.Invoke(message) != false;

    private delegate bool StunTest(StunMessage message);
}
