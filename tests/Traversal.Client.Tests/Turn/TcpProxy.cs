using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Turn;

/// <summary>Stands between a client and a server's TCP port: it hands on what the server says byte by byte, and breaks when it is told to.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly ITcpListener _listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
    private readonly TransportAddress _server;
    private readonly List<TcpConnection> _connections = [];

    public TcpProxy(in TransportAddress server)
    {
        _server = server;
        _ = RunAsync();
    }

    public TransportAddress Address => _listener.LocalAddress;

    /// <summary>Ends every connection; new ones are taken.</summary>
    public async Task BreakAsync()
    {
        TcpConnection[] connections;
        lock (_connections)
        {
            connections = [.. _connections];
            _connections.Clear();
        }

        foreach (TcpConnection connection in connections) await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await BreakAsync();
    }

    private async Task RunAsync()
    {
        while ((await _listener.AcceptAsync()).Value is { } client)
        {
            if ((await SystemNetwork.Instance.ConnectAsync(default, _server)).Value is not { } server) return;

            lock (_connections) _connections.AddRange([client, server]);
            _ = CopyAsync(client.Stream, server.Stream, 4096);
            _ = CopyAsync(server.Stream, client.Stream, 1);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, int atOnce)
    {
        byte[] buffer = new byte[atOnce];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read) await to.WriteAsync(buffer.AsMemory(0, read));
            await to.DisposeAsync();
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // One side is gone; the other one is told when its own copy ends.
        }
    }
}
