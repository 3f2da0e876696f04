using System.Text.Json;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal nat</c> names what the kernel's NAT does, with our server and with coturn.</summary>
public sealed class NatCommandTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(90);

    private const int MostRepetitions = 3;

    private readonly string[] _ourServer =
    [
        "serve", "--nat-discovery", "--listen", $"udp://{NatNetwork.ServerAddress}:3478", "--listen", $"udp://{NatNetwork.OtherServerAddress}:3478", "--http", "off",
    ];

    private readonly string[] _coturn =
    [
        "-n", "--no-auth", "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "--simple-log", "-L", NatNetwork.ServerAddress, "-L", NatNetwork.OtherServerAddress,
        "-p", "3478",
    ];

    public static TheoryData<Masquerade, string, string, bool> Networks => new()
    {
        { Masquerade.None, "none", "endpointIndependent", false },
        { Masquerade.KeepsPorts, "endpointIndependent", "addressAndPortDependent", false },
        { Masquerade.DrawsPorts, "addressAndPortDependent", "addressAndPortDependent", false },
        { Masquerade.None, "none", "endpointIndependent", true },
        { Masquerade.KeepsPorts, "endpointIndependent", "addressAndPortDependent", true },
        { Masquerade.DrawsPorts, "addressAndPortDependent", "addressAndPortDependent", true },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task The_kernels_NAT_is_named(Masquerade masquerade, string mapping, string filtering, bool coturn)
    {
        await using NatNetwork network = await NatNetwork.CreateAsync(masquerade);
        await using ChildProcess server = await StartAsync(network, coturn);

        ProgramResult result = await FindAsync(network);

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(Has(result, "mapping", mapping) && Has(result, "filtering", filtering), result.Transcript);
        Assert.True(Has(result, "mapped", (masquerade == Masquerade.None ? NatNetwork.ClientAddress : NatNetwork.NatAddress) + ":"), result.Transcript);
        if (masquerade != Masquerade.None) Assert.Contains("\"hairpins\":false", result.Output.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_so_in_words_with_advice_and_how_long_a_binding_lives()
    {
        await using NatNetwork network = await NatNetwork.CreateAsync(Masquerade.KeepsPorts);
        await using ChildProcess server = await StartAsync(network, coturn: false);

        ProgramResult result = await TraversalBinary.RunInAsync(network.Client, RunLimit, "nat", NatNetwork.ServerAddress, "--lifetime", "6");

        Assert.True(result.ExitCode == 0, result.Transcript);
        foreach (string expected in (string[])["endpoint-independent: everybody sees", "from that port alone", "lives for 6 s of silence at least", "TURN server for these"])
            Assert.True(result.Output.Any(line => line.Contains(expected, StringComparison.Ordinal)), $"There is no '{expected}'.\n{result.Transcript}");
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_one_line()
    {
        string nobody = $"127.0.0.1:{LoopbackPorts.Find()}";

        UsageTests.AssertOneLine(1, nobody, await TraversalBinary.RunAsync("nat", nobody));
    }

    [Fact]
    public async Task Two_servers_with_one_address_each_tell_the_mapping()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();
        int port = LoopbackPorts.Find();
        await using ChildProcess second = TraversalBinary.Start("serve", "--listen", $"udp://127.0.0.2:{port}", "--http", "off");
        await second.WaitForOutputAsync(lines => lines.Any(line => line.Contains("Traversal is up", StringComparison.Ordinal)), StartLimit);

        ProgramResult result = await TraversalBinary.RunAsync("nat", $"127.0.0.1:{server.Port}", "--second", $"127.0.0.2:{port}");

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains("there is no NAT", StringComparison.Ordinal)), result.Transcript);
        Assert.True(result.Output.Any(line => line.Contains("no second address", StringComparison.Ordinal)), result.Transcript);
    }

    // Where processes stand still for seconds, silence says nothing, and the command says so: "unknown".
    private static async Task<ProgramResult> FindAsync(NatNetwork network)
    {
        ProgramResult result = await RunAsync();
        for (int again = 0; again < MostRepetitions && (result.ExitCode != 0 || Has(result, "filtering", "unknown")); again++) result = await RunAsync();
        return result;

        Task<ProgramResult> RunAsync() => TraversalBinary.RunInAsync(network.Client, RunLimit, "nat", NatNetwork.ServerAddress, "--json");
    }

    private static bool Has(ProgramResult result, string name, string value) =>
        result.Output is [var json] && JsonDocument.Parse(json).RootElement.GetProperty(name).GetString()!.StartsWith(value, StringComparison.Ordinal);

    private async Task<ChildProcess> StartAsync(NatNetwork network, bool coturn)
    {
        ChildProcess server = coturn
            ? NetworkNamespace.Start(network.Server, ExternalProgram.CoturnServer, _coturn)
            : TraversalBinary.StartIn(network.Server, _ourServer);
        string up = coturn ? "(admin thread)" : "Traversal is up";
        await server.WaitForOutputAsync(lines => lines.Any(line => line.Contains(up, StringComparison.Ordinal)), StartLimit);
        return server;
    }
}
