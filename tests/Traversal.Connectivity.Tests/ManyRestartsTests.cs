using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Connectivity.Tests;

/// <summary>A connection by a relay that lasts through many restarts, at each of which the peer has other addresses.</summary>
public sealed class ManyRestartsTests
{
    private const int Restarts = 200, CandidatesEach = 3;

    /// <summary>Those of the last session, the relayed one and that of the path among them, and the end of the path before.</summary>
    private const int MostPeers = CandidatesEach + 4;

    [Fact]
    public void The_relay_lets_in_the_last_peers_as_it_did_the_first_and_no_others()
    {
        Scene scene = new Scene(configure: RelayOnlyIfControlling).Gather();
        scene.Connect();
        for (uint restart = 1; restart <= Restarts; restart++)
        {
            Restart(scene, restart);
            scene.Network.Run(TimeSpan.FromSeconds(10));

            Assert.True(scene.Offerer.Machine.Agent.State == IceAgentState.Completed, $"after {restart} restarts: {scene.Offerer.Machine.Agent.State}");
        }

        scene.AssertConnected();
        HashSet<(StunMethod Method, TransportAddress Peer)> asked = Asked(scene);
        TransportAddress next = Address(Restarts + 1, 0);
        scene.Offerer.Do(machine => machine.AddRemoteCandidate(Candidate(next), scene.Network.Now));
        Assert.Contains((StunMethod.CreatePermission, next.WithPort(0)), asked);

        // Whoever is let in is asked for again before five minutes are over.
        scene.Network.Run(TimeSpan.FromMinutes(15));
        asked.Clear();
        scene.Network.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(asked.Select(one => one.Peer).Distinct().Count(), 1, MostPeers);
        scene.AssertConnected();
    }

    private static void RelayOnlyIfControlling(ConnectivityOptions options)
    {
        if (options.Ice.Role == IceRole.Controlling) options.Policy = CandidatePolicy.RelayOnly;
    }

    private static void Restart(Scene scene, uint restart)
    {
        scene.Answerer.Forged.Clear();
        for (uint i = 0; i < CandidatesEach; i++) scene.Answerer.Forged.Add(Candidate(Address(restart, i)));
        scene.Offerer.Do(machine => machine.Restart(scene.Network.Now));
    }

    // Nobody is there.
    private static TransportAddress Address(uint restart, uint number) => TransportAddress.FromIPv4(0xC612_4000 + restart * CandidatesEach + number, 7000);

    private static IceCandidate Candidate(TransportAddress address) => new() { Foundation = "9", Priority = 1_000_000, Address = address, Kind = IceCandidateKind.Host };

    /// <summary>The addresses that the offerer asks the server to let in, and how, from now on.</summary>
    private static HashSet<(StunMethod Method, TransportAddress Peer)> Asked(Scene scene)
    {
        HashSet<(StunMethod Method, TransportAddress Peer)> asked = [];
        scene.Network.Sniffer = packet =>
        {
            if (packet.Source != scene.AddressOf(scene.Offerer) || StunMessage.TryParse(packet.Bytes, out StunMessage request) != StunParseStatus.Ok) return;
            if (request.Method is not (StunMethod.CreatePermission or StunMethod.ChannelBind)) return;

            foreach (StunAttribute attribute in request)
            {
                if (attribute.Type == StunAttributeType.XorPeerAddress && request.TryReadXorAddress(attribute.Value, out TransportAddress peer)) asked.Add((request.Method, peer.WithPort(0)));
            }
        };
        return asked;
    }
}
