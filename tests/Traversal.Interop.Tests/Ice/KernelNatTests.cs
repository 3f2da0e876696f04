using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Ice;

/// <summary>
/// Two of our agents behind NATs of the Linux kernel. What keeps ports maps independently of the endpoint and filters by address and port; what draws
/// them at random maps and filters by both (RFC 4787). A direct path is to be taken where there is one, and otherwise the relay.
/// </summary>
public sealed class KernelNatTests
{
    // A second after its first path an agent says which one it has: where a program stood still meanwhile, that is the relay.
    private const int MostAttempts = 3;

    [Theory]
    [InlineData(Masquerade.None, Masquerade.None)]
    [InlineData(Masquerade.None, Masquerade.KeepsPorts)]
    [InlineData(Masquerade.None, Masquerade.DrawsPorts)]
    [InlineData(Masquerade.KeepsPorts, Masquerade.KeepsPorts)]
    public Task Where_a_direct_path_is_possible_it_is_taken(Masquerade left, Masquerade right) => ConnectAsync(left, right, relayed: false);

    [Theory]
    [InlineData(Masquerade.KeepsPorts, Masquerade.DrawsPorts)]
    [InlineData(Masquerade.DrawsPorts, Masquerade.KeepsPorts)]
    [InlineData(Masquerade.DrawsPorts, Masquerade.DrawsPorts)]
    public Task Elsewhere_the_relay_connects(Masquerade left, Masquerade right) => ConnectAsync(left, right, relayed: true);

    private static async Task ConnectAsync(Masquerade left, Masquerade right, bool relayed)
    {
        await using PeerNetwork network = await PeerNetwork.CreateAsync(left, right);
        await using ChildProcess server = await IceServer.StartAsync(network.Outside, coturn: false);
        for (int attempt = 1; ; attempt++)
        {
            await using IcePeer controlling = Start(network.Left, "--controlling", isLeft: true);
            await using IcePeer controlled = Start(network.Right, "--controlled", isLeft: false);

            await IcePeer.ConnectAsync(controlling, controlled);

            if (controlling.IsRelayed == relayed && controlled.IsRelayed == relayed) return;
            controlling.AssertThat(controlling.IsRelayed && attempt < MostAttempts, controlled);
        }
    }

    // Bound to the IPv4 address: over IPv6 nothing translates.
    private static IcePeer Start(string host, string role, bool isLeft) => IcePeer.StartOurs(
        host, role, "--bind", PeerNetwork.AddressOf(isLeft), "--stun", IceServer.Address, "--turn", IceServer.Address, "--user", IceServer.User,
        "--password", IceServer.Password, "--no-nat-prediction");
}
