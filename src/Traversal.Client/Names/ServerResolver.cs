using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>
/// Finds the ways to a server: of STUN servers by SRV records (RFC 8489 section 8), of TURN servers by NAPTR and SRV records (RFC 5928), and by
/// addresses. It keeps nothing from one search to the next.
/// </summary>
/// <param name="environment">The system's network and name servers if null.</param>
public sealed class ServerResolver(ClientEnvironment? environment = null)
{
    private readonly ClientEnvironment _environment = environment ?? ClientEnvironment.System;

    /// <summary>Finds the ways to a server.</summary>
    /// <param name="uri">The server.</param>
    /// <param name="transports">What the application supports, the preferred first; null for TLS if the URI wants it, else UDP and, with TURN, TCP.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    public Task<ServerList> ResolveAsync(ServerUri uri, IReadOnlyList<ServerTransport>? transports = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        transports ??= uri.IsSecure ? [ServerTransport.Tls] : uri.IsTurn ? [ServerTransport.Udp, ServerTransport.Tcp] : [ServerTransport.Udp];
        IReadOnlyList<ServerTransport> usable = Filter(uri, transports);
        return usable.Count == 0
            ? Task.FromResult(new ServerList(ResolveStatus.TransportNotSupported))
            : new ServerSearch(_environment, uri, usable, [uri.IsTurn ? "turn" : "stun"]).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Finds a STUN server that helps to discover what a NAT does, over UDP: by the service <c>stun-behavior</c> (RFC 5780 section 5.1), or else as any
    /// other.
    /// </summary>
    /// <param name="uri">The server, without TLS.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    public Task<ServerList> ResolveDiscoveryAsync(ServerUri uri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.Scheme == ServerScheme.Stun
            ? new ServerSearch(_environment, uri, [ServerTransport.Udp], ["stun-behavior", "stun"]).RunAsync(cancellationToken)
            : Task.FromResult(new ServerList(ResolveStatus.TransportNotSupported));
    }

    // The checks of RFC 5928 section 3 and its table 1.
    private static IReadOnlyList<ServerTransport> Filter(ServerUri uri, IReadOnlyList<ServerTransport> supported)
    {
        IEnumerable<ServerTransport> wanted = (uri.IsSecure, uri.Transport?.ToUpperInvariant()) switch
        {
            (false, "UDP") => [ServerTransport.Udp],
            (false, "TCP") => [ServerTransport.Tcp],
            (false, null) => [ServerTransport.Udp, ServerTransport.Tcp],
            (true, null or "TCP") => [ServerTransport.Tls],
            _ => [],
        };
        return [.. supported.Where(wanted.Contains).Distinct()];
    }
}
