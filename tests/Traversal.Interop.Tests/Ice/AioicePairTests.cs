using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Ice;

/// <summary>Our agent and the one of aioice connect and exchange messages, in either role, over every kind of candidate.</summary>
public sealed class AioicePairTests
{
    private static readonly string[] Login = ["--user", IceServer.User, "--password", IceServer.Password];

    public static TheoryData<bool> Roles => [true, false];

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Host_candidates_connect(bool controlling, bool isIPv6)
    {
        string python = await ExternalProgram.PythonWithAioiceAsync();
        await using PeerNetwork network = await PeerNetwork.CreateAsync();
        await using IcePeer ours = Ours(network, controlling, "--bind", PeerNetwork.AddressOf(isLeft: true, isIPv6));
        await using IcePeer theirs = Theirs(network, python, controlling, "--family", isIPv6 ? "6" : "4");

        await ConnectAsync(controlling, ours, theirs);

        ours.AssertThat(ours.Pair.Remote.Contains($" {PeerNetwork.AddressOf(isLeft: false, isIPv6)} ", StringComparison.Ordinal), theirs);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Through_two_NATs_server_reflexive_candidates_connect(bool controlling)
    {
        string python = await ExternalProgram.PythonWithAioiceAsync();
        await using PeerNetwork network = await PeerNetwork.CreateAsync(Masquerade.KeepsPorts, Masquerade.KeepsPorts);
        await using ChildProcess server = await IceServer.StartAsync(network.Outside, coturn: false);
        string[] stun = ["--stun", IceServer.Address];
        await using IcePeer ours = Ours(network, controlling, stun);
        await using IcePeer theirs = Theirs(network, python, controlling, stun);

        await ConnectAsync(controlling, ours, theirs);

        ours.AssertThat(!ours.IsRelayed && !ours.Pair.Remote.Contains(" typ host", StringComparison.Ordinal), theirs);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Relayed_candidates_connect_through_our_server_and_coturn(bool controlling, bool coturn)
    {
        string python = await ExternalProgram.PythonWithAioiceAsync();
        await using PeerNetwork network = await PeerNetwork.CreateAsync(Masquerade.KeepsPorts, Masquerade.KeepsPorts);
        await using ChildProcess server = await IceServer.StartAsync(network.Outside, coturn);
        string[] turn = ["--turn", IceServer.Address, .. Login, "--relay-only"];
        await using IcePeer ours = Ours(network, controlling, turn);
        await using IcePeer theirs = Theirs(network, python, controlling, turn);

        await ConnectAsync(controlling, ours, theirs);

        ours.AssertThat(ours.IsRelayed, theirs);
    }

    // Without --regular it nominates every pair with its check, as RFC 5245 section 8.1.1.2 allowed.
    [Theory]
    [InlineData]
    [InlineData("--regular")]
    public async Task However_the_controlling_side_nominates(params string[] nomination)
    {
        string python = await ExternalProgram.PythonWithAioiceAsync();
        await using PeerNetwork network = await PeerNetwork.CreateAsync(Masquerade.KeepsPorts);
        await using ChildProcess server = await IceServer.StartAsync(network.Outside, coturn: false);
        string[] servers = ["--stun", IceServer.Address, "--turn", IceServer.Address, .. Login];
        await using IcePeer ours = Ours(network, controlling: false, servers);
        await using IcePeer theirs = Theirs(network, python, weControl: false, [.. servers, .. nomination]);

        await ConnectAsync(controlling: false, ours, theirs);
    }

    [Fact]
    public async Task A_lite_agent_is_led()
    {
        string python = await ExternalProgram.PythonWithAioiceAsync();
        await using PeerNetwork network = await PeerNetwork.CreateAsync(Masquerade.KeepsPorts);
        await using IcePeer ours = Ours(network, controlling: true);
        await using IcePeer lite = IcePeer.StartScript(network.Right, python, "lite_peer.py", PeerNetwork.AddressOf(isLeft: false));

        await ConnectAsync(controlling: true, ours, lite);
    }

    private static IcePeer Ours(PeerNetwork network, bool controlling, params string[] options) =>
        IcePeer.StartOurs(network.Left, [Role(controlling), .. options]);

    private static IcePeer Theirs(PeerNetwork network, string python, bool weControl, params string[] options) =>
        IcePeer.StartScript(network.Right, python, "ice_peer.py", [Role(!weControl), .. options]);

    private static string Role(bool controlling) => controlling ? "--controlling" : "--controlled";

    private static Task ConnectAsync(bool controlling, IcePeer ours, IcePeer theirs) =>
        controlling ? IcePeer.ConnectAsync(ours, theirs) : IcePeer.ConnectAsync(theirs, ours);
}
