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

    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(2);
    private static int _count;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}n{Interlocked.Increment(ref _count)}");

    private NatNetwork()
    {
    }

    public string Client => _name + "c";

    public string Server => _name + "s";

    private string Nat => _name + "n";

    /// <summary>Makes the namespaces.</summary>
    /// <param name="masquerade">
    /// Options of the kernel's MASQUERADE target; without any it keeps the client's port where it can. Null for a router that translates nothing.
    /// </param>
    public static async Task<NatNetwork> CreateAsync(string? masquerade)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "network namespaces can be made by root on Linux only");
        string ip = ExternalProgram.Ip, iptables = ExternalProgram.Iptables;
        var network = new NatNetwork();
        try
        {
            foreach (string step in network.Steps())
            {
                ProgramResult result = await ChildProcess.RunAsync(StepLimit, ip, step.Split(' '));
                Assert.SkipUnless(result.ExitCode == 0, $"network namespaces can't be made here: {result.Transcript}");
            }

            string rules = masquerade is null
                ? $"{ip} -n {network.Server} route add 10.9.0.0/24 via {NatAddress}"
                : $"{iptables} -t nat -A POSTROUTING -o out -j MASQUERADE {masquerade}";
            ProgramResult rule = await RunAsync(network.Nat, StepLimit, "/bin/sh", "-c", $"echo 1 > /proc/sys/net/ipv4/ip_forward && {rules}");
            Assert.SkipUnless(rule.ExitCode == 0, $"the kernel's NAT can't be used here: {rule.Transcript}");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public static ChildProcess Start(string networkNamespace, string file, params IEnumerable<string> arguments) =>
        ChildProcess.Start(ExternalProgram.Ip, ["netns", "exec", networkNamespace, file, .. arguments]);

    public static Task<ProgramResult> RunAsync(string networkNamespace, TimeSpan limit, string file, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync(limit, ExternalProgram.Ip, ["netns", "exec", networkNamespace, file, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        foreach (string made in (string[])[Client, Nat, Server]) await ChildProcess.RunAsync(StepLimit, ExternalProgram.Ip, "netns", "del", made);
    }

    private string[] Steps() =>
    [
        $"netns add {Client}", $"netns add {Nat}", $"netns add {Server}",
        $"-n {Client} link add wan type veth peer name in netns {Nat}",
        $"-n {Nat} link add out type veth peer name lan netns {Server}",
        $"-n {Client} address add {ClientAddress}/24 dev wan",
        $"-n {Nat} address add 10.9.0.1/24 dev in",
        $"-n {Nat} address add {NatAddress}/24 dev out",
        $"-n {Server} address add {ServerAddress}/24 dev lan",
        $"-n {Server} address add {OtherServerAddress}/24 dev lan",
        $"-n {Client} link set lo up", $"-n {Client} link set wan up",
        $"-n {Nat} link set lo up", $"-n {Nat} link set in up", $"-n {Nat} link set out up",
        $"-n {Server} link set lo up", $"-n {Server} link set lan up",
        $"-n {Client} route add default via 10.9.0.1",
    ];
}
