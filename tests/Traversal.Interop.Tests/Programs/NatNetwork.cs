using System.Globalization;

namespace Traversal.Interop.Tests.Programs;

/// <summary>
/// Three network namespaces in a row: a client behind a NAT of the Linux kernel, the NAT, and a server with two addresses outside. They are gone with
/// the object; where they can't be made the test is skipped.
/// </summary>
internal sealed class NatNetwork : IAsyncDisposable
{
    public const string ClientAddress = "10.9.0.2";

    public const string ServerAddress = "198.51.100.2", OtherServerAddress = "198.51.100.3", NatAddress = "198.51.100.1";

    private static int _count;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}n{Interlocked.Increment(ref _count)}");

    private NatNetwork()
    {
    }

    public string Client => _name + "c";

    public string Server => _name + "s";

    private string Nat => _name + "n";

    /// <summary>Makes the namespaces.</summary>
    /// <param name="masquerade">What the router does.</param>
    public static async Task<NatNetwork> CreateAsync(Masquerade masquerade)
    {
        NetworkNamespace.Require();
        var network = new NatNetwork();
        try
        {
            await NetworkNamespace.MakeAsync(network.Steps());
            await KernelNat.StartAsync(network.Nat, masquerade, dropsUnasked: false);
            if (masquerade == Masquerade.None) await NetworkNamespace.MakeAsync($"-n {network.Server} route add 10.9.0.0/24 via {NatAddress}");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await NetworkNamespace.DeleteAsync(Client, Nat, Server);

    private string[] Steps() =>
    [
        $"netns add {Client}", $"netns add {Nat}", $"netns add {Server}",
        $"-n {Client} link add wan type veth peer name in netns {Nat}",
        $"-n {Nat} link add {KernelNat.Outside} type veth peer name lan netns {Server}",
        $"-n {Client} address add {ClientAddress}/24 dev wan",
        $"-n {Nat} address add 10.9.0.1/24 dev in",
        $"-n {Nat} address add {NatAddress}/24 dev {KernelNat.Outside}",
        $"-n {Server} address add {ServerAddress}/24 dev lan",
        $"-n {Server} address add {OtherServerAddress}/24 dev lan",
        $"-n {Client} link set lo up", $"-n {Client} link set wan up",
        $"-n {Nat} link set lo up", $"-n {Nat} link set in up", $"-n {Nat} link set {KernelNat.Outside} up",
        $"-n {Server} link set lo up", $"-n {Server} link set lan up",
        $"-n {Client} route add default via 10.9.0.1",
    ];
}
