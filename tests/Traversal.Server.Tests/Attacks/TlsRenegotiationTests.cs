using System.Diagnostics;
using System.Globalization;
using Traversal.Transport.Streams;

namespace Traversal.Server.Tests.Attacks;

/// <summary>A client of TLS 1.2 that asks for one handshake after the other on one connection: cheap for it, dear for the server, and past its limit.</summary>
public sealed class TlsRenegotiationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_client_cannot_renegotiate()
    {
        TurnServerOptions options = AttackServer.Options();
        options.Listeners.Add(ListenEndpoint.Parse("tls://127.0.0.1:0"));
        await using TurnServer server = await TestServer.StartAsync(options);
        using Process client = Start(server.Tls());
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            while (await client.StandardOutput.ReadLineAsync(deadline.Token) is { } line && !line.Contains("Verify return code", StringComparison.Ordinal))
            {
                // The handshake.
            }

            await RelayingTests.Eventually(() => server.StreamCounters!.Open == 1);

            // The command of openssl by which it renegotiates.
            await client.StandardInput.WriteAsync("R\n");
            await client.StandardInput.FlushAsync(deadline.Token);

            await RelayingTests.Eventually(() => server.StreamCounters!.Open == 0);
            Assert.Equal(1, server.StreamCounters!.Closed(StreamCloseReason.Broken));
        }
        finally
        {
            client.Kill();
        }
    }

    private static Process Start(ListenEndpoint server)
    {
        var start = new ProcessStartInfo("openssl") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string port = server.Address.Port.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])["s_client", "-connect", "127.0.0.1:" + port, "-tls1_2", "-legacy_renegotiation"]) start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no openssl on this machine.");
            throw;
        }
    }
}
