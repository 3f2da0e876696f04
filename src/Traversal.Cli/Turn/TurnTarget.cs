using System.Diagnostics.CodeAnalysis;
using Traversal.Client;

namespace Traversal.Cli.Turn;

/// <summary>The server that is asked: by the URI of RFC 7065, or by that of a WebSocket.</summary>
internal sealed record TurnTarget(ServerUri Server, TurnTransport? WebSocket, string Path)
{
    /// <summary>What is wrong with the transport in the URI; null where nothing is.</summary>
    public string? TransportProblem => (Server.IsSecure, Server.Transport?.ToUpperInvariant()) switch
    {
        (_, null or "TCP") or (false, "UDP") => null,
        (true, _) => $"'{Server.Transport}' in ?transport= does not go with turns:, which is TLS over TCP",
        _ => $"'{Server.Transport}' in ?transport= is neither udp nor tcp",
    };

    public static bool TryParse(string text, [NotNullWhen(true)] out TurnTarget? target)
    {
        target = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "ws" or "wss")
        {
            string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost.Trim('[', ']')}]" : uri.IdnHost;
            if (!ServerUri.TryParse($"turn:{host}:{uri.Port}?transport=tcp", out ServerUri? server)) return false;
            target = new TurnTarget(server, uri.Scheme == "ws" ? TurnTransport.WebSocket : TurnTransport.SecureWebSocket, uri.PathAndQuery);
            return true;
        }

        if (!ServerUri.TryParse(text, ServerScheme.Turn, out ServerUri? named) || !named.IsTurn) return false;
        target = new TurnTarget(named, null, "/");
        return true;
    }

    /// <summary>A client of the server; null where a WebSocket's host has no address.</summary>
    public async Task<TurnClient?> ToClientAsync(TurnLogin login, TurnClientOptions options, CancellationToken cancellationToken)
    {
        if (WebSocket is null) return new TurnClient(Server, login, options);

        return await ToEndpointAsync(cancellationToken).ConfigureAwait(false) is { } endpoint ? new TurnClient(endpoint, login, options) : null;
    }

    /// <summary>The first address of a WebSocket's host; null where it has none.</summary>
    public async Task<TurnServerEndpoint?> ToEndpointAsync(CancellationToken cancellationToken)
    {
        ServerList found = await new ServerResolver().ResolveAsync(Server, [ServerTransport.Tcp], cancellationToken).ConfigureAwait(false);
        return found.Endpoints.Count == 0 ? null : new TurnServerEndpoint(found.Endpoints[0].Address, WebSocket!.Value) { Name = Server.Host, Path = Path };
    }
}
