using Traversal.Client.Links;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Client.Ice;

/// <summary>Finds the servers of a connection, connects to those that are not reached by UDP, and says what failed.</summary>
internal sealed class IceServers
{
    /// <summary>How long UDP is waited for before a TURN server that may be reached by a connection too is connected to.</summary>
    private static readonly TimeSpan FallbackDelay = TimeSpan.FromSeconds(1);

    /// <summary>How often a connection that broke, or that led to another server, is made anew.</summary>
    private const int MaxReconnects = 5;

    private const int MaxFailures = 32;

    private readonly IceConnection _connection;
    private readonly Lock _gate = new();
    private readonly Dictionary<TransportAddress, (IceServer Server, TurnServerEndpoint? Endpoint)> _known = [];
    private readonly Dictionary<TransportAddress, TaskCompletionSource> _relays = [];
    private readonly Dictionary<int, Way> _links = [];
    private readonly List<IceServerFailure> _failures = [];
    private readonly LinkConnector _connector;
    private readonly TurnServerMemories _memories = new();
    private int _lastLink;

    public IceServers(IceConnection connection)
    {
        _connection = connection;
        _connector = new LinkConnector(connection.Environment, new TurnClientOptions { CertificateValidation = connection.Options.CertificateValidation });
    }

    /// <summary>The servers that gave no candidate so far.</summary>
    public IReadOnlyList<IceServerFailure> Failures
    {
        get
        {
            lock (_gate) return [.. _failures];
        }
    }

    private ConnectivityDriver Driver => _connection.Driver;

    /// <summary>Adds every server as soon as it is found, and says when that is all.</summary>
    public async Task GatherAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_connection.Options.Servers.Select(server => AddAsync(server, cancellationToken))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Driver.Do(
            static (machine, _, now) =>
            {
                machine.EndSources(now);
                return true;
            },
            0);
    }

    /// <summary>A candidate has come: of a TURN server no other way is needed.</summary>
    public void OnCandidate(ConnectivityEvent gathered)
    {
        if (gathered.Candidate!.Kind == IceCandidateKind.Relayed) Settle(gathered.Server);
    }

    /// <summary>A server gave no candidate, or does so no longer.</summary>
    public void OnFailure(ServerFailure failure, bool wasThere, MonotonicTime at)
    {
        Way? way = null;
        (IceServer Server, TurnServerEndpoint? Endpoint) known;
        lock (_gate)
        {
            if (failure.Link != ConnectivityMachine.NoLink) _links.TryGetValue(failure.Link, out way);
            if (way is not null)
                known = (way.Server, way.Endpoint);
            else if (!_known.TryGetValue(failure.Server, out known))
                known = (_connection.Options.Servers[0], null);
        }

        // A server that gives nothing by a connection is not kept on it.
        if (way is not null && !wasThere) _ = CloseAsync(failure.Link);
        if (way is not null && failure.Failure.Reason == TurnFailureReason.Redirected)
        {
            _ = FollowAsync(way, way.Endpoint with { Address = failure.Failure.AlternateServer }, TimeSpan.Zero);
            return;
        }

        // By another transport a server that has answered answers the same.
        if (failure.Failure.Reason != TurnFailureReason.TimedOut) Settle(failure.Server);
        TurnOutcome outcome = way?.Failure ?? TurnOutcome.Of(failure.Failure, known.Endpoint ?? new TurnServerEndpoint(failure.Server));
        string text = failure.IsTurn ? outcome.ToString() : TextOf(failure);
        Tell(new IceServerFailure(known.Server, outcome.Status, text) { Address = failure.Server, Code = failure.Failure.Code }, at);
    }

    /// <summary>A connection broke that was there.</summary>
    public void OnLinkLost(int number)
    {
        Way? way;
        lock (_gate) _links.Remove(number, out way);
        if (way is not null) _ = FollowAsync(way, way.Endpoint, TimeSpan.FromSeconds(1 << way.Reconnects));
    }

    /// <summary>A server wants another credential.</summary>
    public async Task RenewAsync(ConnectivityEvent wanted)
    {
        if (_connection.Options.RenewLogin is not { } renew) return;

        // The application's code runs in a thread of its own, not in the one that holds the machine.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        TurnServerEndpoint endpoint;
        lock (_gate) endpoint = (_known.TryGetValue(wanted.Server, out var known) ? known.Endpoint : null) ?? new TurnServerEndpoint(wanted.Server);
        TimeSpan patience = wanted.Deadline - Driver.Now;
        if (patience <= TimeSpan.Zero) return;

        using var deadline = new CancellationTokenSource(patience, _connection.Environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _connection.Closing);
        try
        {
            if (await renew(new TurnLoginRequest(endpoint, wanted.TokenServerName), either.Token).ConfigureAwait(false) is not { } login) return;

            TurnCredential credential = login.ToCredential(Driver.Clock, _connection.Environment.Time);
            Driver.Do(
                static (machine, given, now) =>
                {
                    machine.RenewCredential(given.Server, given.Credential, now);
                    return true;
                },
                (wanted.Server, Credential: credential));
        }
        catch (Exception failure)
        {
            ClientLog.LoginNotRenewed(_connection.Logger, failure);
        }
    }

    private async Task AddAsync(IceServer server, CancellationToken cancellationToken)
    {
        if (server.Endpoint is { } endpoint)
        {
            await AddTurnAsync(server, [endpoint], cancellationToken).ConfigureAwait(false);
            return;
        }

        ServerList found = await new ServerResolver(_connection.Environment).ResolveAsync(server.Uri!, transports: null, cancellationToken).ConfigureAwait(false);
        if (found.Status != ResolveStatus.Resolved)
        {
            Tell(new IceServerFailure(server, TurnStatus.NotFound, $"{server.Uri} {found.Status.Describe()}."), Driver.Now);
            return;
        }

        if (server.Uri!.IsTurn)
            await AddTurnAsync(server, [.. found.Endpoints.Select(TurnServerEndpoint.Of)], cancellationToken).ConfigureAwait(false);
        else
            AddStun(server, found);
    }

    // One address of each IP version does.
    private void AddStun(IceServer server, ServerList found)
    {
        foreach (TransportAddress address in found.Endpoints.Select(way => way.Address).DistinctBy(address => address.Family))
        {
            lock (_gate) _known.TryAdd(address, (server, null));
            Driver.Do(static (machine, address, now) => machine.AddStunServer(in address, now), address);
        }
    }

    private async Task AddTurnAsync(IceServer server, IReadOnlyList<TurnServerEndpoint> endpoints, CancellationToken cancellationToken)
    {
        var relayed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TurnServerEndpoint[] datagrams = [.. endpoints.Where(way => !way.IsStream).DistinctBy(way => way.Address.Family)];
        foreach (TurnServerEndpoint way in datagrams)
        {
            lock (_gate)
            {
                _known[way.Address] = (server, way);
                _relays[way.Address] = relayed;
            }

            Driver.Do(static (machine, source, now) => machine.AddTurnServer(source, now), SourceOf(server, way));
        }

        if (endpoints.FirstOrDefault(way => way.IsStream) is not { } stream) return;
        if (datagrams.Length > 0 && await relayed.Task.CompletesWithinAsync(FallbackDelay, _connection.Environment.Time, cancellationToken).ConfigureAwait(false)) return;

        _ = ConnectAsync(new Way(server, stream));
    }

    private TurnSource SourceOf(IceServer server, TurnServerEndpoint endpoint) =>
        new(endpoint.Address, server.Login!.ToCredential(Driver.Clock, _connection.Environment.Time))
        {
            Memory = _memories.Of(endpoint.Address),
            RenewsCredential = _connection.Options.RenewLogin is not null,
        };

    private async Task ConnectAsync(Way way)
    {
        int number = Interlocked.Increment(ref _lastLink);
        lock (_gate)
        {
            _links[number] = way;
            _known[way.Endpoint.Address] = (way.Server, way.Endpoint);
        }

        if (!Driver.Do(static (machine, link, now) => machine.AddLink(link.Number, link.Source, now), (Number: number, Source: SourceOf(way.Server, way.Endpoint)))) return;

        try
        {
            LinkResult<ServerLink> connected = await _connector.ConnectAsync(way.Endpoint, default, _connection.Closing).ConfigureAwait(false);
            if (connected.IsOk)
            {
                if (!Driver.TryAdd(number, connected.Value)) await connected.Value.DisposeAsync().ConfigureAwait(false);
                return;
            }

            way.Failure = new TurnOutcome(connected.Status, way.Endpoint, connected.Detail);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Driver.Do(
            static (machine, number, now) =>
            {
                machine.OnLinkClosed(number, now);
                return true;
            },
            number);
        lock (_gate) _links.Remove(number);
    }

    // Not in the thread that holds the machine.
    private async Task CloseAsync(int number)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (_gate) _links.Remove(number);
        Driver.CloseLink(number);
    }

    private async Task FollowAsync(Way way, TurnServerEndpoint next, TimeSpan wait)
    {
        if (way.Reconnects == MaxReconnects) return;

        await Task.Delay(wait, _connection.Environment.Time, _connection.Closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        if (!_connection.Closing.IsCancellationRequested) await ConnectAsync(new Way(way.Server, next) { Reconnects = way.Reconnects + 1 }).ConfigureAwait(false);
    }

    private void Tell(IceServerFailure failure, MonotonicTime at)
    {
        failure = failure with { After = at - _connection.Began };
        lock (_gate)
        {
            if (_failures.Count < MaxFailures) _failures.Add(failure);
        }

        ClientLog.IceServerFailed(_connection.Logger, failure.Server, failure.Status);
        _connection.Tell(new IceConnectionEvent(IceConnectionEventKind.ServerFailed, failure.After) { Failure = failure, Server = failure.Address });
    }

    private void Settle(in TransportAddress server)
    {
        lock (_gate)
        {
            if (_relays.TryGetValue(server, out TaskCompletionSource? waiting)) waiting.TrySetResult();
        }
    }

    private static string TextOf(ServerFailure failure) => failure.Failure.Reason switch
    {
        TurnFailureReason.TimedOut => $"{failure.Server} did not answer {failure.Base}.",
        TurnFailureReason.Refused => $"{failure.Server} answered with an error: {(int)failure.Failure.Code}.",
        _ => $"{failure.Server} gave no answer to a Binding request.",
    };

    private sealed class Way(IceServer server, TurnServerEndpoint endpoint)
    {
        public IceServer Server => server;

        public TurnServerEndpoint Endpoint => endpoint;

        public int Reconnects { get; init; }

        public TurnOutcome? Failure { get; set; }
    }
}
