using System.Globalization;

namespace Traversal.Interop.Tests.Programs;

/// <summary>coturn's server on free ports of both loopbacks: UDP and TCP on one port, TLS on the next.</summary>
internal sealed class CoturnServer : IAsyncDisposable
{
    public const string User = "alice", Password = "correct-horse";

    // A Binding request, and the beginning of its success response.
    private static readonly byte[] BindingRequest = [0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42, .. "interop-0001"u8];
    private static readonly byte[] BindingSuccess = [0x01, 0x01];

    private readonly CertificateFolder _certificate;
    private ChildProcess? _process;

    private CoturnServer(CertificateFolder certificate, int port) => (_certificate, Port) = (certificate, port);

    public int Port { get; }

    public int TlsPort => Port + 1;

    public string Transcript => _process?.Transcript ?? "";

    public static async Task<CoturnServer> StartAsync(params string[] options)
    {
        var server = new CoturnServer(new CertificateFolder(), LoopbackPorts.Find(2));
        await server.RunAsync(options);
        return server;
    }

    /// <summary>Waits until it has written something.</summary>
    public Task WaitForOutputAsync(string text, TimeSpan limit) =>
        _process!.WaitForOutputAsync(lines => lines.Any(line => line.Contains(text, StringComparison.Ordinal)), limit);

    /// <summary>Ends it and starts it anew: it has forgotten everything.</summary>
    public async Task RestartAsync(params string[] options)
    {
        await _process!.DisposeAsync();
        await RunAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task RunAsync(string[] options)
    {
        _process = ChildProcess.Start(
            ExternalProgram.CoturnServer,
            [
                "-n", "--no-cli", "--no-dtls", "--log-file", "stdout", "--pidfile", "", "-a", "-u", $"{User}:{Password}", "-r", "example.org",
                "-L", "127.0.0.1", "-L", "::1", "-E", "127.0.0.1", "-E", "::1", "--allow-loopback-peers",
                "-p", Text(Port), "--tls-listening-port", Text(TlsPort), "--cert", _certificate.CertificateFile, "--pkey", _certificate.KeyFile, .. options,
            ]);
        await LoopbackEcho.WaitForAsync(Port, _process, BindingRequest, answer => answer.AsSpan().StartsWith(BindingSuccess));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
