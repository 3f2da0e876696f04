using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>One search for a server, by the steps of RFC 5928 section 3.</summary>
internal sealed class ServerSearch
{
    // What the DNS may make of one name: queries that are sent, and ways that are found.
    private const int MaxLookups = 32;
    private const int MaxEndpoints = 32;

    private readonly ClientEnvironment _environment;
    private readonly ServerUri _uri;
    private readonly IReadOnlyList<ServerTransport> _transports;
    private readonly IReadOnlyList<string> _services;
    private readonly DnsClient _dns;
    private readonly HostLookup _hosts;
    private readonly List<ServerEndpoint> _endpoints = [];
    private int _lookups;
    private bool _hasFailed;
    private bool _isNotProvided;

    /// <param name="environment">The network and the name servers.</param>
    /// <param name="uri">The server.</param>
    /// <param name="transports">What it may be reached by.</param>
    /// <param name="services">The names of the service for SRV, without the "s" for TLS; the first that there is counts.</param>
    public ServerSearch(ClientEnvironment environment, ServerUri uri, IReadOnlyList<ServerTransport> transports, IReadOnlyList<string> services)
    {
        (_environment, _uri, _transports, _services) = (environment, uri, transports, services);
        _dns = new DnsClient(environment);
        _hosts = new HostLookup(environment, _dns);
    }

    public async Task<ServerList> RunAsync(CancellationToken cancellationToken)
    {
        if (!_uri.Address.IsNone)
        {
            // Step 1.
            foreach (ServerTransport transport in _transports) Add(_uri.Address.WithPort(_uri.Port ?? _uri.DefaultPort), transport);
        }
        else
        {
            await LookUpInTimeAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_endpoints.Count > 0) return new ServerList(ResolveStatus.Resolved, _endpoints);
        return new ServerList(_hasFailed ? ResolveStatus.NameServersFailed : _isNotProvided ? ResolveStatus.NotProvided : ResolveStatus.NotFound);
    }

    private async Task LookUpInTimeAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_environment.Dns.SearchTimeout, _environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await TakeStepsAsync(DnsName.Parse(_uri.Host), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _hasFailed = true;
        }
    }

    private async Task TakeStepsAsync(DnsName host, CancellationToken cancellationToken)
    {
        if (_uri.Port is { } port)
            await AddHostAsync(host, port, _transports, cancellationToken).ConfigureAwait(false); // Step 2.
        else if (!_uri.IsTurn || _uri.Transport is not null || !await AddByRulesAsync(host, cancellationToken).ConfigureAwait(false))
            await AddByServicesAsync(host, cancellationToken).ConfigureAwait(false); // Steps 3 and 5.
    }

    // Step 4. False if the name has no rule that leads to a relay.
    private async Task<bool> AddByRulesAsync(DnsName host, CancellationToken cancellationToken)
    {
        (DnsNamingAuthority Rule, ServerTransport Transport)[] first = await FindRulesAsync(host, _transports, cancellationToken).ConfigureAwait(false);
        var waiting = new Stack<(DnsNamingAuthority Rule, ServerTransport Transport)>(first.Reverse());
        while (waiting.TryPop(out (DnsNamingAuthority Rule, ServerTransport Transport) next))
        {
            (DnsNamingAuthority rule, ServerTransport transport) = next;
            switch (rule.Flags.ToUpperInvariant())
            {
                case "A":
                    await AddHostAsync(rule.Replacement, _uri.DefaultPort, [transport], cancellationToken).ConfigureAwait(false);
                    break;
                case "S":
                    await AddServiceAsync(rule.Replacement, transport, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    foreach ((DnsNamingAuthority, ServerTransport) further in (await FindRulesAsync(rule.Replacement, [transport], cancellationToken).ConfigureAwait(false)).Reverse())
                        waiting.Push(further);
                    break;
            }
        }

        return first.Length > 0;
    }

    private async Task<(DnsNamingAuthority Rule, ServerTransport Transport)[]> FindRulesAsync(
        DnsName name, IReadOnlyList<ServerTransport> transports, CancellationToken cancellationToken)
    {
        DnsReply reply = await LookUpAsync(name, DnsRecordType.NamingAuthority, cancellationToken).ConfigureAwait(false);
        return [.. RelayRules.For(reply.NamingAuthorities, transports)];
    }

    private async Task AddByServicesAsync(DnsName host, CancellationToken cancellationToken)
    {
        var withoutService = new List<ServerTransport>();
        foreach (ServerTransport transport in _transports)
        {
            if (!await AddAnyServiceAsync(host, transport, cancellationToken).ConfigureAwait(false)) withoutService.Add(transport);
        }

        // Where there is no SRV record, or no answer, the host itself at the default port.
        if (withoutService.Count > 0) await AddHostAsync(host, _uri.DefaultPort, withoutService, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AddAnyServiceAsync(DnsName host, ServerTransport transport, CancellationToken cancellationToken)
    {
        foreach (string name in _services)
        {
            string labels = $"_{name}{(_uri.IsSecure ? "s" : "")}._{(transport == ServerTransport.Udp ? "udp" : "tcp")}";
            if (host.TryPrefix(labels, out DnsName? service) && await AddServiceAsync(service, transport, cancellationToken).ConfigureAwait(false)) return true;
        }

        return false;
    }

    // False if there is no such service.
    private async Task<bool> AddServiceAsync(DnsName name, ServerTransport transport, CancellationToken cancellationToken)
    {
        DnsReply reply = await LookUpAsync(name, DnsRecordType.Service, cancellationToken).ConfigureAwait(false);
        foreach (DnsService service in ServiceOrder.Of(reply.Services, _environment.Random))
        {
            if (service.Target.IsRoot || service.Port == 0)
                _isNotProvided = true;
            else
                await AddHostAsync(service.Target, service.Port, [transport], cancellationToken).ConfigureAwait(false);
        }

        return reply.Services.Count > 0;
    }

    private async Task AddHostAsync(DnsName host, ushort port, IReadOnlyList<ServerTransport> transports, CancellationToken cancellationToken)
    {
        if (++_lookups > MaxLookups) return;
        IReadOnlyList<TransportAddress>? addresses = await _hosts.FindAsync(host, cancellationToken).ConfigureAwait(false);
        _hasFailed |= addresses is null;
        foreach (ServerTransport transport in transports)
        {
            foreach (TransportAddress address in addresses ?? []) Add(address.WithPort(port), transport);
        }
    }

    private async Task<DnsReply> LookUpAsync(DnsName name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (++_lookups > MaxLookups) return DnsReply.Failure;
        DnsReply reply = await _dns.QueryAsync(name, type, cancellationToken).ConfigureAwait(false);
        _hasFailed |= reply.HasFailed;
        return reply;
    }

    private void Add(in TransportAddress address, ServerTransport transport)
    {
        var endpoint = new ServerEndpoint(address, transport, _uri.Host);
        if (_endpoints.Count < MaxEndpoints && !_endpoints.Contains(endpoint)) _endpoints.Add(endpoint);
    }
}
