using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Ice;

/// <summary>The interfaces of a Linux host change under a connection, whose process learns it from the system.</summary>
public sealed class RoamingTests
{
    // Nine of them is how long the host has for its change, however slow the machine is that runs the test.
    private const string PingInterval = "1";

    [Fact]
    public async Task An_interface_has_another_address_and_data_goes_on()
    {
        await using PeerNetwork network = await PeerNetwork.CreateAsync();

        await RoamAsync(network, "10.1.0.9", [
            $"-n {network.Left} address flush dev wan scope global", $"-n {network.Left} address add 10.1.0.9/24 dev wan", $"-n {network.Left} route add default via 10.1.0.1"]);
    }

    [Fact]
    public async Task One_interface_goes_down_another_comes_up_and_data_goes_on()
    {
        await using PeerNetwork network = await PeerNetwork.CreateAsync();
        string router = network.LeftRouter;
        await NetworkNamespace.MakeAsync(
            $"-n {network.Left} link add other type veth peer name in2 netns {router}", $"-n {router} address add 10.3.0.1/24 dev in2", $"-n {router} link set in2 up",
            $"-n {network.Outside} route add 10.3.0.0/24 via 198.51.100.1");

        await RoamAsync(network, "10.3.0.2", [
            $"-n {network.Left} link set wan down", $"-n {network.Left} address add 10.3.0.2/24 dev other", $"-n {network.Left} link set other up",
            $"-n {network.Left} route add default via 10.3.0.1"]);
    }

    private static async Task RoamAsync(PeerNetwork network, string newAddress, string[] changes)
    {
        await using IcePeer roaming = IcePeer.StartOurs(network.Left, "--controlling", "--ping-interval", PingInterval);
        await using IcePeer other = IcePeer.StartOurs(network.Right, "--controlled");
        await IcePeer.MeetAsync(roaming, other);
        roaming.AssertThat(!roaming.Descriptions[0].Contains(newAddress, StringComparison.Ordinal), other);

        foreach (string change in changes) await NetworkNamespace.MakeAsync(change);
        await IcePeer.FollowAsync(roaming, other);

        // The old address is gone: what came back after the restart came by the new one.
        roaming.AssertThat(roaming.Descriptions.Length > 1 && roaming.Descriptions[^1].Contains(newAddress, StringComparison.Ordinal), other);
        roaming.AssertThat(!roaming.Descriptions[^1].Contains(PeerNetwork.AddressOf(isLeft: true) + " ", StringComparison.Ordinal), other);
    }
}
