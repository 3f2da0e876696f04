using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Runs;

namespace Traversal.Connectivity.Tests;

/// <summary>
/// Every kind of NAT of RFC 4787, a firewall and an open host, with each other and a TURN server: at the first attempt they connect directly where that is
/// possible, and by a relay where it is not.
/// </summary>
public sealed class NatMatrixTests
{
    public static TheoryData<string, string> Pairs =>
        [.. from one in NatMatrix.Kinds from other in NatMatrix.Kinds select new TheoryDataRow<string, string>(one, other)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Direct_where_it_is_possible_and_by_a_relay_where_it_is_not(string offerer, string answerer)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Scene scene = new Scene(seed, offererPlace: PlaceOf(offerer, "198.18.1.9:0"), answererPlace: PlaceOf(answerer, "198.18.2.9:0")).Gather();
            scene.Connect();
            scene.AssertConnected();

            Assert.Equal(IceAgentState.Completed, scene.Offerer.Machine.Agent.State);
            Assert.Equal(IceAgentState.Completed, scene.Answerer.Machine.Agent.State);
            Assert.Equal(NatMatrix.IsPossible(offerer, answerer), !Scene.IsRelayed(scene.Offerer));
            Assert.Equal(NatMatrix.IsPossible(offerer, answerer), !Scene.IsRelayed(scene.Answerer));
            Assert.DoesNotContain(scene.Offerer.Events.Concat(scene.Answerer.Events), happened => happened.Ice.State == IceAgentState.Failed);
        }
    }

    private static Func<VirtualNetwork, Realm>? PlaceOf(string kind, string outside) => kind switch
    {
        "open" => null,
        "fw" => network => new Firewall(network).Inside,
        _ => network => new Nat(network, TransportAddress.Parse(outside), NatBehavior.All.Single(behavior => behavior.ToString() == kind)).Inside,
    };
}
