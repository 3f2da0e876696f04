using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>
/// Every kind of NAT of RFC 4787, a firewall and an open host, with each other: where a direct path is possible it is found at the first attempt, with host and
/// server-reflexive candidates alone, and where it is not, the failure says so.
/// </summary>
public sealed class NatMatrixTests
{
    private static readonly string[] Places = ["open", "fw", .. NatBehavior.All.Select(behavior => behavior.ToString())];

    // D: there is a direct path. R: there is none without a relay, unless ports are guessed. Rows and columns are the places in their order.
    private static readonly string[] Matrix =
    [
        "DDDDDDDDDDD",
        "DDDDDRRRRRR",
        "DDDDDDDDDDD",
        "DDDDDDDDDDD",
        "DDDDDRRRRRR",
        "DRDDRDDRDDR",
        "DRDDRDRRDRR",
        "DRDDRRRRRRR",
        "DRDDRDDRRRR",
        "DRDDRDRRRRR",
        "DRDDRRRRRRR",
    ];

    public static TheoryData<string, string> Pairs =>
        [.. from one in Places from other in Places select new TheoryDataRow<string, string>(one, other)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_direct_path_is_found_where_there_is_one(string offerer, string answerer)
    {
        bool isPossible = Matrix[Array.IndexOf(Places, offerer)][Array.IndexOf(Places, answerer)] == 'D';
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

    private static Func<VirtualNetwork, TransportAddress, Realm>? PlaceOf(string name) => name switch
    {
        "open" => null,
        "fw" => IceScene.BehindFirewall(),
        _ => IceScene.Behind(NatBehavior.All.Single(behavior => behavior.ToString() == name)),
    };
}
