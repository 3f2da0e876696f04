using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Connectivity.Tests.Rivals;

/// <summary>What SIPSorcery does wrong with servers: it asks one of them, twenty times a second, and gives up after 1.25 s.</summary>
public sealed class SipSorceryTests
{
    private static readonly TransportAddress Slow = TransportAddress.Parse("203.0.113.2:3478");

    [Fact]
    public void A_server_that_answers_after_five_seconds_has_answered_and_was_asked_four_times()
    {
        int asked = 0;
        Scene scene = new(offererPlace: Scene.Behind(EndpointBehavior.Independent, EndpointBehavior.Independent, "198.18.1.9:0"));
        var server = new Host(scene.Network, scene.Network.Internet, in Slow);
        server.Open(in Slow, packet =>
        {
            asked++;
            scene.Network.Schedule(TimeSpan.FromSeconds(5), () => Answer(server, packet));
        });
        scene.Offerer.Do(machine => machine.AddStunServer(in Slow, scene.Network.Now));
        scene.Gather(stun: false, turn: false, seconds: 6);

        Assert.Contains(scene.Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.ServerReflexive);
        Assert.Equal(4, asked);
    }

    [Fact]
    public void No_server_that_can_be_used_is_no_reason_to_fail()
    {
        var scene = new Scene();
        scene.Offerer.Do(machine => machine.AddStunServer(TransportAddress.Parse("[2001:db8::77]:3478"), scene.Network.Now));
        scene.Gather(stun: false, turn: false);
        scene.Connect();

        scene.AssertConnected();
    }

    private static void Answer(Host server, Packet packet)
    {
        Span<byte> answer = stackalloc byte[100];
        StunMessage.TryParse(packet.Bytes, out StunMessage request);
        var writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, packet.Source);
        server.Send(in Slow, packet.Source, answer[..writer.Finish()]);
    }
}
