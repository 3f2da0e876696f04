using Traversal.Connectivity;
using Traversal.Connectivity.Tests;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 sections 7.2.1 and 12.1: checks and data from relayed candidates.</summary>
public sealed class Section7_2RelayedChecks
{
    private readonly List<(MonotonicTime At, Packet Packet)> _sent = [];
    private readonly Scene _scene = new Scene(configure: options => options.Policy = CandidatePolicy.RelayOnly).Gather();

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.1-1")]
    [Trait("Requirement", "RFC8445-7.2.1-2")]
    public void A_permission_towards_the_candidate_goes_before_the_first_check_to_it()
    {
        Connect();
        int permission = _sent.FindIndex(sent => IsOf(sent.Packet, StunMethod.CreatePermission)), check = _sent.FindIndex(sent => IsOf(sent.Packet, StunMethod.Send));
        StunMessage.TryParse(_sent[permission].Packet.Bytes, out StunMessage request);
        Assert.True(request.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress peer));

        Assert.InRange(permission, 0, check);
        Assert.True(peer.HasSameAddress(in Scene.Server)); // The other relayed candidate is there too.
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.1-4")]
    [Trait("Requirement", "RFC8445-12.1-2")]
    public void It_is_kept_and_there_is_a_channel_for_data()
    {
        Connect();
        _scene.Network.Run(TimeSpan.FromMinutes(30));
        _scene.AssertConnected();
        _sent.Clear();
        _scene.Offerer.Send([1, 2, 3, 4]);

        Assert.Equal(8, Assert.Single(_sent).Packet.Bytes.Length);
    }

    private void Connect()
    {
        _scene.Network.Sniffer = packet =>
        {
            if (packet.Source.Port is 5000 or 6000) _sent.Add((_scene.Network.Now, packet));
        };
        _scene.Connect();
        _scene.AssertConnected();
    }

    private static bool IsOf(Packet packet, StunMethod method) =>
        StunMessage.TryParse(packet.Bytes, out StunMessage message) == StunParseStatus.Ok && message.Method == method;
}
