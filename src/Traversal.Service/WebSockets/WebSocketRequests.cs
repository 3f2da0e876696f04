using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Traversal.Primitives;
using Traversal.Server;

namespace Traversal.Service.WebSockets;

/// <summary>Decides which requests become WebSockets, and hands those over.</summary>
internal sealed class WebSocketRequests(WebSocketGate gate, IEnumerable<string> origins)
{
    private readonly HashSet<string> _origins = new(origins, StringComparer.OrdinalIgnoreCase);

    public async Task OnRequestAsync(HttpContext context)
    {
        int refusal = Judge(context);
        if (refusal != 0)
        {
            Refuse(context.Response, refusal);
            return;
        }

        bool namesSubprotocol = context.WebSockets.WebSocketRequestedProtocols.Count > 0;
        using WebSocket socket = await context.WebSockets
            .AcceptWebSocketAsync(namesSubprotocol ? WebSocketListener.Subprotocol : null).ConfigureAwait(false);
        if (context.Features.Get<IConnectionItemsFeature>() is { } connection) ConnectionGuard.Release(connection.Items);
        TransportAddress local = AddressOf(context.Connection.LocalIpAddress!, context.Connection.LocalPort);
        TransportAddress remote = AddressOf(context.Connection.RemoteIpAddress!, context.Connection.RemotePort);
        if (gate.TryServe(socket, in local, in remote, out Task completion)) await completion.ConfigureAwait(false);
    }

    /// <summary>The status of the refusal; 0 for a request that is served.</summary>
    private int Judge(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) return StatusCodes.Status426UpgradeRequired;
        string? origin = context.Request.Headers.Origin;
        if (_origins.Count > 0 && origin is not null && !_origins.Contains(origin)) return StatusCodes.Status403Forbidden;

        IList<string> subprotocols = context.WebSockets.WebSocketRequestedProtocols;
        return subprotocols.Count > 0 && !subprotocols.Contains(WebSocketListener.Subprotocol, StringComparer.Ordinal) ? StatusCodes.Status400BadRequest : 0;
    }

    private static void Refuse(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.Headers.Connection = "close";
        if (status == StatusCodes.Status426UpgradeRequired) response.Headers.Upgrade = "websocket";
    }

    private static TransportAddress AddressOf(IPAddress address, int port) => TransportAddress.From(address, (ushort)port).Unmapped();
}
