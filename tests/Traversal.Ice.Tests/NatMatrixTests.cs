using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Simulation.Runs;

namespace Traversal.Ice.Tests;

/// <summary>
/// Every kind of NAT of RFC 4787, a firewall and an open host, with each other: where a direct path is possible it is found at the first attempt, with host and
/// server-reflexive candidates alone, and where it is not, the failure says so.
/// </summary>
public sealed class NatMatrixTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Pairs =>
        [.. from one in NatMatrix.Kinds from other in NatMatrix.Kinds select new TheoryDataRow<string, string>(one, other)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_direct_path_is_found_where_there_is_one(string offerer, string answerer)
    {
        bool isPossible = NatMatrix.IsPossible(offerer, answerer);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            IceScene scene = new IceScene(seed, offererPlace: PlaceOf(offerer), answererPlace: PlaceOf(answerer)).Gather(reflexive: true);
            scene.Connect(120);
            if (isPossible)
            {
                scene.AssertConnected($"{offerer} x {answerer}, seed {seed}");
                continue;
            }

            Assert.Equal(IceAgentState.Failed, scene.Offerer.Agent.State);
            Assert.Equal(IceAgentState.Failed, scene.Answerer.Agent.State);
        }
    }

    [Fact]
    public void Two_NATs_that_show_each_check_from_elsewhere_do_not_have_both_sides_check_without_end()
    {
        var nat = new NatBehavior { Mapping = EndpointBehavior.AddressAndPortDependent, Filtering = EndpointBehavior.Independent };
        IceScene scene = new IceScene(
            offererPlace: IceScene.Behind(nat with { Filtering = EndpointBehavior.AddressDependent }), answererPlace: IceScene.Behind(nat), oneWay: 120, link: new Link { Duplication = 0.05, Jitter = TimeSpan.FromMilliseconds(30) }).Gather(reflexive: true);
        long before = scene.Network.PacketsSent;
        scene.Connect(120);

        output.WriteLine($"{scene.Network.PacketsSent - before} packets");
        Assert.InRange(scene.Network.PacketsSent - before, 0, 6_000);
        Assert.Equal(IceAgentState.Failed, scene.Offerer.Agent.State);
    }

    private static Func<VirtualNetwork, TransportAddress, Realm>? PlaceOf(string name) => name switch
    {
        "open" => null,
        "fw" => IceScene.BehindFirewall(),
        _ => IceScene.Behind(NatBehavior.All.Single(behavior => behavior.ToString() == name)),
    };
}
