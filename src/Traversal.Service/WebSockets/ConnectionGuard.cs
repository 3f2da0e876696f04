using System.Net;
using Microsoft.AspNetCore.Connections;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Transport.Streams;

namespace Traversal.Service.WebSockets;

/// <summary>What every connection passes before TLS and HTTP: a proxy's header, and the bounds on connections.</summary>
internal sealed class ConnectionGuard(WebSocketGate gate, ConnectionDelegate next)
{
    private static readonly object Key = new();

    /// <summary>Says that a connection of this endpoint is about to be served, where it counts by itself.</summary>
    public static void Release(IDictionary<object, object?> items)
    {
        if (items.TryGetValue(Key, out object? entry)) ((Entry)entry!).Release(isServed: true);
    }

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (!await IsWelcomeAsync(connection).ConfigureAwait(false))
        {
            gate.CountFailure(UpgradeFailure.ProxyHeader);
            connection.Abort();
            return;
        }

        TransportAddress remote = AddressOf(connection.RemoteEndPoint);
        if (!gate.TryEnter(in remote))
        {
            connection.Abort();
            return;
        }

        var entry = new Entry(gate, remote);
        connection.Items[Key] = entry;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            entry.Release(isServed: false);
        }
    }

    /// <summary>The address in the form that the server knows it by.</summary>
    public static TransportAddress AddressOf(EndPoint? endpoint) => TransportAddress.From((IPEndPoint)endpoint!).Unmapped();

    private async ValueTask<bool> IsWelcomeAsync(ConnectionContext connection)
    {
        if (gate.Proxies?.Contains(AddressOf(connection.RemoteEndPoint)) is not true) return true;
        using var deadline = new CancellationTokenSource(gate.RequestTimeout);
        try
        {
            return await ProxiedConnection.TryReadHeaderAsync(connection, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private sealed class Entry(WebSocketGate gate, TransportAddress remote)
    {
        private int _released;

        public void Release(bool isServed)
        {
            if (Interlocked.Exchange(ref _released, 1) == 1) return;
            gate.Leave(in remote);
            if (!isServed) gate.CountFailure(UpgradeFailure.WebSocket);
        }
    }
}
