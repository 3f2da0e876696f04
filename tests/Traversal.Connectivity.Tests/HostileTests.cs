using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Connectivity.Tests;

/// <summary>What strangers and servers send that they should not.</summary>
public sealed class HostileTests
{
    private static readonly TransportAddress Local = TransportAddress.Parse("198.18.1.1:5000"), Stranger = TransportAddress.Parse("198.18.7.7:7777");

    [Fact]
    public void An_answer_from_elsewhere_or_to_another_question_is_no_candidate()
    {
        var scene = new Scene();
        var sent = new List<Packet>();
        scene.Network.Sniffer = sent.Add;
        scene.Relay.IsDown = true;
        scene.Offerer.Do(machine => machine.AddStunServer(in Scene.Server, scene.Network.Now));
        scene.Offerer.Open(Local);
        byte[] request = sent[0].Bytes, other = [.. request];
        other[^12] ^= 1; // The id ends before FINGERPRINT.

        Arrive(scene, Stranger, Answer(request, Stranger));
        Arrive(scene, Scene.Server, Answer(other, Stranger));
        Arrive(scene, Scene.Server, request);
        Assert.DoesNotContain(scene.Offerer.Machine.LocalCandidates, candidate => candidate.Kind == IceCandidateKind.ServerReflexive);

        Arrive(scene, Scene.Server, Answer(request, Stranger));
        Arrive(scene, Scene.Server, Answer(request, Stranger.WithPort(1)));
        Assert.Equal(Stranger, scene.Offerer.Machine.LocalCandidates.Single(candidate => candidate.Kind == IceCandidateKind.ServerReflexive).Address);
    }

    [Theory]
    [InlineData("0.0.0.0:7")]
    [InlineData("198.18.1.9:0")]
    [InlineData("[2001:db8::7]:7")]
    public void A_server_that_answers_with_an_address_that_nobody_has_gives_no_candidate(string mapped)
    {
        var scene = new Scene();
        var sent = new List<Packet>();
        scene.Network.Sniffer = sent.Add;
        scene.Relay.IsDown = true;
        scene.Offerer.Do(machine => machine.AddStunServer(in Scene.Server, scene.Network.Now));
        scene.Offerer.Open(Local);
        Arrive(scene, Scene.Server, Answer(sent[0].Bytes, TransportAddress.Parse(mapped)));

        Assert.Single(scene.Offerer.Machine.LocalCandidates);
        Assert.Contains(scene.Offerer.Events, happened => happened.Kind == ConnectivityEventKind.ServerFailed);
    }

    [Fact]
    public void Bytes_of_any_kind_from_anybody_harm_no_path()
    {
        Scene scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();
        scene.Connect();
        RandomSource random = RandomSource.Seeded(11);
        var seen = new List<byte[]>();
        scene.Network.Sniffer = packet => seen.Add(packet.Bytes);
        scene.AssertConnected();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] original = seen[random.Next(seen.Count)], bytes = [.. original];
            for (int edit = random.Next(4); edit >= 0; edit--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if ((i & 3) == 0) bytes = bytes[..random.Next(bytes.Length)];
            Arrive(scene, (i & 1) == 0 ? Scene.Server : Stranger, bytes);
        }

        scene.AssertConnected();
    }

    private static void Arrive(Scene scene, TransportAddress source, byte[] bytes) =>
        scene.Offerer.Do(machine => machine.OnPacket(in Local, in source, bytes, scene.Network.Now));

    private static byte[] Answer(byte[] request, TransportAddress mapped)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(request, out StunMessage message));
        byte[] answer = new byte[100];
        var writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in message);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, in mapped);
        return answer[..writer.Finish()];
    }
}
