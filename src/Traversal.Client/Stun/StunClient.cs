using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>
/// Asks STUN servers for this machine's public address (RFC 8489 section 6). Thread-safe: it keeps nothing between queries. What a server or the
/// network does is a result; exceptions are for misuse and for a caller that gives up.
/// </summary>
public sealed class StunClient
{
    private readonly ClientEnvironment _environment;
    private readonly StunClientOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates a client.</summary>
    /// <param name="options">The defaults if null.</param>
    /// <param name="environment">The system's network and clock if null.</param>
    public StunClient(StunClientOptions? options = null, ClientEnvironment? environment = null)
    {
        _environment = environment ?? ClientEnvironment.System;
        _options = options ?? new StunClientOptions();
        _logger = _environment.Logging.CreateLogger<StunClient>();
    }

    /// <inheritdoc cref="QueryAsync(TransportAddress, ServerTransport, CancellationToken)"/>
    public Task<StunResult> QueryAsync(IPEndPoint server, ServerTransport transport = ServerTransport.Udp, CancellationToken cancellationToken = default) =>
        QueryAsync(TransportAddress.From(server), transport, cancellationToken);

    /// <summary>Asks one server.</summary>
    /// <param name="server">Its address.</param>
    /// <param name="transport">How to ask it.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <exception cref="ArgumentException"><paramref name="server"/> is no address.</exception>
    public Task<StunResult> QueryAsync(
        TransportAddress server, ServerTransport transport = ServerTransport.Udp, CancellationToken cancellationToken = default)
    {
        if (server.IsNone) throw new ArgumentException("There is no server to ask.", nameof(server));
        return QueryAsync(server, transport, _options.TlsName ?? server.ToIPAddress().ToString(), cancellationToken);
    }

    /// <summary>Finds a server (RFC 8489 section 8) and asks it; where it has several addresses, the next a little later than the last.</summary>
    /// <param name="server">Where it is: <c>stun:</c> asks over UDP, <c>stuns:</c> over TLS.</param>
    /// <param name="transports">What to ask by instead, the preferred first; null for those.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>The first answer, or else what the first address came to.</returns>
    public async Task<StunResult> QueryAsync(
        ServerUri server, IReadOnlyList<ServerTransport>? transports = null, CancellationToken cancellationToken = default)
    {
        ServerList found = await new ServerResolver(_environment).ResolveAsync(server, transports, cancellationToken).ConfigureAwait(false);
        if (found.Status != ResolveStatus.Resolved)
            return new StunResult(StunStatus.NotFound, default) { Resolution = found.Status, Detail = server.ToString() };

        return await Race.RunAsync(
            found.Endpoints,
            (way, over) => QueryAsync(way.Address, way.Transport, _options.TlsName ?? way.Name, over),
            static result => result.IsAnswered,
            static _ => ValueTask.CompletedTask,
            _environment.Time,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<StunResult> QueryAsync(TransportAddress server, ServerTransport transport, string name, CancellationToken cancellationToken)
    {
        // The address to start from is one for all addresses of a server, which may be of both IP versions.
        if (!_options.LocalAddress.IsNone && _options.LocalAddress.Family != server.Family)
            return new StunResult(StunStatus.Unreachable, in server) { Detail = NetworkStatus.AddressNotAvailable.Describe() };

        using Activity? activity = ClientTelemetry.Activities.StartActivity("stun.query", ActivityKind.Client);
        StunResult result = await (transport switch
        {
            ServerTransport.Udp => new DatagramQuery(_environment, _options, server).RunAsync(cancellationToken),
            ServerTransport.Tcp => new StreamQuery(_environment, _options, server, tlsName: null).RunAsync(cancellationToken),
            ServerTransport.Tls => new StreamQuery(_environment, _options, server, name).RunAsync(cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(transport), transport, "There is no such transport."),
        }).ConfigureAwait(false);

        activity?.SetTag("outcome", result.Status.ToString());
        activity?.SetStatus(result.IsAnswered ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        ClientTelemetry.StunQueries.Add(1, new("transport", transport.ToString()), new("outcome", result.Status.ToString()));
        if (result.Binding?.RoundTrip is { } roundTrip) ClientTelemetry.StunRoundTrip.Record(roundTrip.TotalSeconds);
        ClientLog.StunQueried(_logger, server, transport, result.Status);
        return result;
    }
}
