using System.Globalization;
using System.Net;
using System.Text.Json;
using Traversal.Interop.Tests.Programs;

namespace Traversal.Interop.Tests.Cli;

/// <summary><c>traversal stun</c> prints how a server sees this machine.</summary>
public sealed class StunCommandTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_mapped_address_is_printed()
    {
        await using TraversalServer server = await TraversalServer.StartAsync();

        ProgramResult result = await TraversalBinary.RunAsync("stun", $"127.0.0.1:{server.Port}");

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.True(result.Output is [var line] && IPEndPoint.TryParse(line, out IPEndPoint? mapped) && IPAddress.Loopback.Equals(mapped.Address), result.Transcript);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Over_TCP_and_IPv6_too(string address)
    {
        int port = LoopbackPorts.Find();
        await using ChildProcess server = TraversalBinary.Start("serve", "--listen", $"udp://{address}:{port}", "--listen", $"tcp://{address}:{port}", "--http", "off");
        await server.WaitForOutputAsync(lines => lines.Any(line => line.Contains("Traversal is up", StringComparison.Ordinal)), StartLimit);

        foreach (string[] options in (string[][])[["--json"], ["--json", "--tcp"]])
        {
            ProgramResult result = await TraversalBinary.RunAsync(["stun", $"stun:{address}:{port}", .. options]);
            Assert.True(result.ExitCode == 0, result.Transcript);
            JsonElement answer = JsonDocument.Parse(Assert.Single(result.Output)).RootElement;
            Assert.Equal(answer.GetProperty("local").GetString(), answer.GetProperty("mapped").GetString());
            Assert.Equal($"{address}:{port}", answer.GetProperty("server").GetString());
        }
    }

    [Fact]
    public async Task Over_TLS_the_server_must_be_trusted()
    {
        using var certificate = new CertificateFolder();
        await using TraversalServer server = await TraversalServer.StartAsync(certificate);
        string uri = $"stuns:127.0.0.1:{server.Port}";

        UsageTests.AssertOneLine(1, "--insecure", await TraversalBinary.RunAsync("stun", uri));
        UsageTests.AssertOneLine(2, "--tcp", await TraversalBinary.RunAsync("stun", uri, "--tcp"));
        ProgramResult insecure = await TraversalBinary.RunAsync("stun", uri, "--insecure");
        Assert.True(insecure.ExitCode == 0, insecure.Transcript);
        await using ChildProcess trusting = TraversalBinary.StartWith([$"SSL_CERT_FILE={certificate.CertificateFile}"], "stun", uri);
        ProgramResult result = await trusting.WaitForExitAsync(StartLimit);

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.StartsWith("127.0.0.1:", Assert.Single(result.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Coturn_answers_over_UDP_and_TCP(bool tcp)
    {
        string port = LoopbackPorts.Find().ToString(CultureInfo.InvariantCulture);
        await using ChildProcess coturn = ChildProcess.Start(
            ExternalProgram.CoturnServer,
            "-n", "--no-auth", "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "--simple-log", "-L", "127.0.0.1", "-p", port);
        await coturn.WaitForOutputAsync(lines => lines.Any(line => line.Contains("(admin thread)", StringComparison.Ordinal)), StartLimit);

        ProgramResult result = await TraversalBinary.RunAsync(["stun", $"127.0.0.1:{port}", .. tcp ? (string[])["--tcp"] : []]);

        Assert.True(result.ExitCode == 0, result.Transcript);
        Assert.StartsWith("127.0.0.1:", Assert.Single(result.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_ends_with_one_line() =>
        UsageTests.AssertOneLine(1, "nobody.invalid", await TraversalBinary.RunAsync("stun", "nobody.invalid:3478"));

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_one_line()
    {
        string nobody = $"127.0.0.1:{LoopbackPorts.Find()}";

        UsageTests.AssertOneLine(1, nobody, await TraversalBinary.RunAsync("stun", nobody));
    }
}
