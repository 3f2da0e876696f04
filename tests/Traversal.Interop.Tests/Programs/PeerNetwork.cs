using System.Globalization;

namespace Traversal.Interop.Tests.Programs;

/// <summary>
/// Two hosts, each behind a router of its own, and a server outside: five network namespaces, which are gone with the object. Over IPv6 the routers
/// forward and translate nothing. Where this can't be made the test is skipped.
/// </summary>
internal sealed class PeerNetwork : IAsyncDisposable
{
    public const string ServerAddress = "203.0.113.1";

    /// <summary>Where the routers' own addresses are, and those of the hosts.</summary>
    public const string OutsideNetwork = "198.51.100.0/24", HostNetwork = "10.0.0.0/8";

    private static int _count;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}p{Interlocked.Increment(ref _count)}");

    private PeerNetwork()
    {
    }

    public string Left => _name + "l";

    public string Right => _name + "r";

    /// <summary>The router of the left host, with <c>in</c> towards it.</summary>
    public string LeftRouter => Router(isLeft: true);

    public string Outside => _name + "o";

    /// <summary>The host's own address.</summary>
    public static string AddressOf(bool isLeft, bool isIPv6 = false) => isIPv6 ? $"fd00:{Number(isLeft)}::2" : $"10.{Number(isLeft)}.0.2";

    /// <summary>Makes the namespaces.</summary>
    /// <param name="left">What the router of the left host does; one that translates nothing lets everything in.</param>
    /// <param name="right">The same for the other router.</param>
    public static async Task<PeerNetwork> CreateAsync(Masquerade left = Masquerade.None, Masquerade right = Masquerade.None)
    {
        NetworkNamespace.Require();
        var network = new PeerNetwork();
        try
        {
            await NetworkNamespace.MakeAsync(
                $"netns add {network.Outside}", $"-n {network.Outside} link set lo up", $"-n {network.Outside} address add {ServerAddress}/32 dev lo");
            await NetworkNamespace.ForwardAsync(network.Outside);
            await network.AddAsync(isLeft: true, left);
            await network.AddAsync(isLeft: false, right);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await NetworkNamespace.DeleteAsync(Left, Router(isLeft: true), Right, Router(isLeft: false), Outside);

    private static int Number(bool isLeft) => isLeft ? 1 : 2;

    private string Router(bool isLeft) => (isLeft ? Left : Right) + "r";

    private async Task AddAsync(bool isLeft, Masquerade masquerade)
    {
        string host = isLeft ? Left : Right, router = Router(isLeft), link = isLeft ? "left" : "right";
        string number = Number(isLeft).ToString(CultureInfo.InvariantCulture);
        string inner = $"10.{number}.0", inner6 = $"fd00:{number}:", outer6 = $"fd00:10{number}:";
        (string outer, string beyond) = isLeft ? ("198.51.100.1", "198.51.100.2") : ("198.51.100.5", "198.51.100.6");
        await NetworkNamespace.MakeAsync(
            $"netns add {host}", $"netns add {router}",
            $"-n {host} link add wan type veth peer name in netns {router}",
            $"-n {router} link add {KernelNat.Outside} type veth peer name {link} netns {Outside}",
            $"-n {host} address add {inner}.2/24 dev wan", $"-n {host} address add {inner6}:2/64 dev wan nodad",
            $"-n {router} address add {inner}.1/24 dev in", $"-n {router} address add {inner6}:1/64 dev in nodad",
            $"-n {router} address add {outer}/30 dev {KernelNat.Outside}", $"-n {router} address add {outer6}:1/64 dev {KernelNat.Outside} nodad",
            $"-n {Outside} address add {beyond}/30 dev {link}", $"-n {Outside} address add {outer6}:2/64 dev {link} nodad",
            $"-n {host} link set lo up", $"-n {host} link set wan up",
            $"-n {router} link set lo up", $"-n {router} link set in up", $"-n {router} link set {KernelNat.Outside} up", $"-n {Outside} link set {link} up",
            $"-n {host} route add default via {inner}.1", $"-n {host} -6 route add default via {inner6}:1",
            $"-n {router} route add default via {beyond}", $"-n {router} -6 route add default via {outer6}:2",
            $"-n {Outside} -6 route add {inner6}:/64 via {outer6}:1");
        await KernelNat.StartAsync(router, masquerade, dropsUnasked: true);
        if (masquerade == Masquerade.None) await NetworkNamespace.MakeAsync($"-n {Outside} route add {inner}.0/24 via {outer}");
    }
}
