using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Ice;

namespace Traversal.Benchmarks.Ice;

/// <summary>This program once more, as a peer that is not measured: a socket of the framework and a connection, and both send back what comes.</summary>
internal sealed class IceEcho : IDisposable
{
    public const string Option = "--ice-echo";

    private readonly Process _process;

    private IceEcho(Process process, int rawPort)
    {
        _process = process;
        RawPort = rawPort;
        Signaling = new Lines(process.StandardOutput, process.StandardInput);
    }

    public int RawPort { get; }

    public ISignaling Signaling { get; }

    public static IceEcho Start()
    {
        string host = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        Process process = Process.Start(new ProcessStartInfo(host, [.. assembly, Option])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        return new IceEcho(process, int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
    }

    /// <summary>Serves until it is ended.</summary>
    public static async Task<int> RunAsync()
    {
        using Socket raw = SocketExchange.Bind();
        Console.WriteLine(((IPEndPoint)raw.LocalEndPoint!).Port);
        Task echo = EchoAsync(raw);
        using var input = new StreamReader(Console.OpenStandardInput()); // The console's own reader blocks its caller.
        var connection = new IceConnection(ConnectionCost.Options(IceRole.Controlled), new Lines(input, Console.Out));
        await using (connection.ConfigureAwait(false))
        {
            await connection.ConnectAsync().ConfigureAwait(false);
            await EchoAsync(connection).ConfigureAwait(false);
            await echo.ConfigureAwait(false);
        }

        return 0;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static async Task EchoAsync(Socket socket)
    {
        byte[] buffer = new byte[2048];
        var peer = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            int length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, peer).ConfigureAwait(false);
            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, peer);
        }
    }

    private static async Task EchoAsync(IceConnection connection)
    {
        byte[] buffer = new byte[2048];
        while (await connection.ReceiveAsync(buffer).ConfigureAwait(false) is { IsOk: true } arrival) connection.Send(buffer.AsSpan(0, arrival.Length));
    }

    private sealed class Lines(TextReader input, TextWriter output) : ISignaling
    {
        public async ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
        {
            await output.WriteLineAsync(signal.ToJson().AsMemory(), cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken) =>
            IceSignal.TryParse(await input.ReadLineAsync(cancellationToken).ConfigureAwait(false), out IceSignal? signal, isLast: false) ? signal : null;
    }
}
