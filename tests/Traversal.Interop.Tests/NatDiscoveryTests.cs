using System.Globalization;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests;

/// <summary>coturn's tools find out by RFC 5780, with our server, what stands between: nothing, or a NAT of the kernel's.</summary>
public sealed class NatDiscoveryTests
{
    // A test that gets no answer is repeated by the tools for some seconds.
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(90);

    private const int MostRepetitions = 4;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Without_a_NAT_mapping_and_filtering_do_not_depend_on_the_endpoint()
    {
        string discovery = ExternalProgram.CoturnNatDiscovery;
        await using TraversalServer server = await StartOnLoopbackAsync();

        ProgramResult result = await ChildProcess.RunAsync(RunLimit, discovery, "-m", "-f", "-p", Text(server.Port), "127.0.0.1");

        AssertFound(result, "NAT with Endpoint Independent Mapping!");
        AssertFound(result, "NAT with Endpoint Independent Filtering!");
        AssertFound(result, $"Other addr: : 127.0.0.2:{server.Port + 1}");
    }

    [Fact]
    public async Task With_padding_too()
    {
        string discovery = ExternalProgram.CoturnNatDiscovery;
        await using TraversalServer server = await StartOnLoopbackAsync();

        ProgramResult result = await ChildProcess.RunAsync(RunLimit, discovery, "-m", "-f", "-P", "-p", Text(server.Port), "127.0.0.1");

        AssertFound(result, "NAT with Endpoint Independent Mapping!");
        AssertFound(result, "NAT with Endpoint Independent Filtering!");
    }

    [Fact]
    public async Task The_stun_client_gets_answers_from_the_other_address_and_at_another_port()
    {
        string client = ExternalProgram.CoturnStunClient;
        await using TraversalServer server = await StartOnLoopbackAsync();

        ProgramResult result = await ChildProcess.RunAsync(RunLimit, client, "-f", "-p", Text(server.Port), "127.0.0.1");

        AssertFound(result, "RFC 5780 response 3");
        AssertFound(result, $"Response origin: : 127.0.0.1:{server.Port}");
        AssertFound(result, $"Response origin: : 127.0.0.2:{server.Port + 1}");
    }

    [Fact]
    public async Task Where_it_is_off_the_tool_finds_no_second_address()
    {
        string discovery = ExternalProgram.CoturnNatDiscovery;
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await ChildProcess.RunAsync(RunLimit, discovery, "-m", "-f", "-p", Text(server.Port), "127.0.0.1");

        Assert.DoesNotContain(result.Output, line => line.Contains("Other addr", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Masquerade.KeepsPorts, "NAT with Endpoint Independent Mapping!")]
    [InlineData(Masquerade.DrawsPorts, "NAT with Address and Port Dependent Mapping!")]
    public async Task Behind_the_kernels_NAT_its_behaviour_is_named(Masquerade masquerade, string mapping)
    {
        string discovery = ExternalProgram.CoturnNatDiscovery;
        await using NatNetwork network = await NatNetwork.CreateAsync(masquerade);
        await using ChildProcess server = TraversalBinary.StartIn(
            network.Server,
            "serve", "--nat-discovery", "--listen", $"udp://{NatNetwork.ServerAddress}:3478", "--listen", $"udp://{NatNetwork.OtherServerAddress}:3478",
            "--http", "off");
        await server.WaitForOutputAsync(lines => lines.Any(line => line.Contains("Traversal is up", StringComparison.Ordinal)), StartLimit);

        await FindAsync(mapping, () => NetworkNamespace.RunAsync(network.Client, RunLimit, discovery, "-m", NatNetwork.ServerAddress));
        ProgramResult result = await FindAsync(
            "NAT with Address and Port Dependent Filtering!", () => NetworkNamespace.RunAsync(network.Client, RunLimit, discovery, "-f", NatNetwork.ServerAddress));
        AssertFound(result, $"UDP reflexive addr: {NatNetwork.NatAddress}:");
    }

    private static Task<TraversalServer> StartOnLoopbackAsync()
    {
        int port = LoopbackPorts.Find(count: 2);
        return TraversalServer.StartAsync(
            port, "--nat-discovery", "--listen", $"udp://127.0.0.2:{port}", "--user", $"{TraversalServer.User}:{TraversalServer.Password}", "--http", "off");
    }

    // The tool sends each request once, and a link that is just up may lose it.
    private static async Task<ProgramResult> FindAsync(string text, Func<Task<ProgramResult>> run)
    {
        ProgramResult result = await run();
        for (int again = 0; again < MostRepetitions && !Has(result, text); again++) result = await run();
        AssertFound(result, text);
        return result;
    }

    private static bool Has(ProgramResult result, string text) => result.Output.Any(line => line.Contains(text, StringComparison.Ordinal));

    private static void AssertFound(ProgramResult result, string text) =>
        Assert.True(Has(result, text), $"There is no '{text}'.\n{result.Transcript}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
