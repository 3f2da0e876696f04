using System.Diagnostics;
using Traversal.Client.Allocations;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>
/// Gets relayed addresses from a TURN server (RFC 8656). Thread-safe. What the server or the network does is a result; exceptions are for misuse and for a
/// caller that gives up. The allocations of one client share what they learn of the server: with its realm and nonce known, a further one costs one round trip.
/// </summary>
public sealed class TurnClient : IAsyncDisposable
{
    private readonly TurnServerEndpoint? _server;
    private readonly ServerUri? _uri;
    private readonly TurnContext _context;
    private readonly Lock _gate = new();
    private readonly HashSet<AllocationDriver> _live = [];
    private bool _isDisposed;

    /// <summary>Creates a client; nothing is sent. Each allocation finds the server as RFC 5928 says, and tries one way to it a little after the other.</summary>
    /// <param name="server">Where it is: <c>turn:</c> is asked over UDP and TCP, <c>turns:</c> over TLS.</param>
    /// <param name="login">Who the client is.</param>
    /// <param name="options">The defaults if null.</param>
    /// <param name="environment">The system's network and clock if null.</param>
    /// <exception cref="ArgumentException">The URI is that of a STUN server.</exception>
    public TurnClient(ServerUri server, TurnLogin login, TurnClientOptions? options = null, ClientEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(login);
        if (!server.IsTurn) throw new ArgumentException("It is no TURN server.", nameof(server));

        _uri = server;
        _context = new TurnContext(environment ?? ClientEnvironment.System, options ?? new TurnClientOptions(), login);
    }

    /// <summary>Creates a client of a server whose address is known; nothing is sent.</summary>
    /// <param name="server">The server.</param>
    /// <param name="login">Who the client is.</param>
    /// <param name="options">The defaults if null.</param>
    /// <param name="environment">The system's network and clock if null.</param>
    /// <exception cref="ArgumentException">The server has no address, or no such transport.</exception>
    public TurnClient(TurnServerEndpoint server, TurnLogin login, TurnClientOptions? options = null, ClientEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(login);
        if (server.Address.IsNone || server.Address.Port == 0) throw new ArgumentException("There is no server to ask.", nameof(server));
        if (!Enum.IsDefined(server.Transport)) throw new ArgumentException("There is no such transport.", nameof(server));

        _server = server;
        _context = new TurnContext(environment ?? ClientEnvironment.System, options ?? new TurnClientOptions(), login);
    }

    /// <summary>Whether the server's realm and nonce are known, so that an allocation may cost one round trip.</summary>
    public bool KnowsNonce => _context.KnowsNonce;

    /// <summary>Gets a relayed address for datagrams.</summary>
    /// <param name="options">What it is to be like; the defaults if null.</param>
    /// <param name="cancellationToken">Gives up, by an exception. A server that does not answer over UDP is waited for 39.5 s (RFC 8489 section 6.2.1).</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public async Task<TurnResult<RelayedSocket>> AllocateAsync(RelayedSocketOptions? options = null, CancellationToken cancellationToken = default)
    {
        TurnAllocationOptions wanted = (options ?? new RelayedSocketOptions()).ToMachine();
        (AllocationDriver? driver, TurnOutcome outcome) = await RunAsync(wanted, cancellationToken).ConfigureAwait(false);
        return new(driver is null ? null : new RelayedSocket(driver), outcome);
    }

    /// <summary>Gets a relayed address for TCP connections (RFC 6062); the server is reached by TCP or TLS. A URI that wants UDP is a result, as what it says is data.</summary>
    /// <inheritdoc cref="AllocateAsync"/>
    /// <exception cref="InvalidOperationException">The client was created for an endpoint with another transport.</exception>
    public async Task<TurnResult<RelayedListener>> ListenAsync(RelayedListenerOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (_server is { Transport: not (TurnTransport.Tcp or TurnTransport.Tls) })
            throw new InvalidOperationException("Connections are relayed by servers that are reached by TCP or TLS (RFC 6062 section 4.1).");

        TurnAllocationOptions wanted = (options ?? new RelayedListenerOptions()).ToMachine();
        (AllocationDriver? driver, TurnOutcome outcome) = await RunAsync(wanted, cancellationToken).ConfigureAwait(false);
        return new(driver is null ? null : new RelayedListener(_context, driver), outcome);
    }

    /// <summary>Gives up whatever allocations are left.</summary>
    public async ValueTask DisposeAsync()
    {
        AllocationDriver[] live;
        lock (_gate)
        {
            _isDisposed = true;
            live = [.. _live];
        }

        await Task.WhenAll(live.Select(driver => driver.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private async Task<(AllocationDriver? Driver, TurnOutcome Outcome)> RunAsync(TurnAllocationOptions options, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        options.IsStream = options.RelaysConnections;
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));

        using Activity? activity = ClientTelemetry.Activities.StartActivity("turn.allocate", ActivityKind.Client);
        MonotonicTime start = _context.Clock.Now;
        (AllocationDriver? driver, TurnOutcome outcome) = await FindAndAskAsync(options, cancellationToken).ConfigureAwait(false);
        if (driver is not null) await KeepAsync(driver).ConfigureAwait(false);

        activity?.SetTag("outcome", outcome.Status.ToString());
        activity?.SetStatus(driver is null ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        ClientTelemetry.TurnAllocations.Add(1, new("transport", outcome.Server?.Transport.ToString()), new("outcome", outcome.Status.ToString()));
        if (driver is not null) ClientTelemetry.TurnAllocationTime.Record((_context.Clock.Now - start).TotalSeconds);
        ClientLog.Allocated(_context.Logger, outcome.Server, outcome.Status);
        return (driver, outcome);
    }

    private async Task<(AllocationDriver? Driver, TurnOutcome Outcome)> FindAndAskAsync(TurnAllocationOptions wanted, CancellationToken cancellationToken)
    {
        if (_server is not null) return await new Allocator(_context, wanted).RunAsync(_server, cancellationToken).ConfigureAwait(false);

        IReadOnlyList<ServerTransport>? transports = wanted.RelaysConnections && !_uri!.IsSecure ? [ServerTransport.Tcp] : null;
        ServerList found = await new ServerResolver(_context.Environment).ResolveAsync(_uri!, transports, cancellationToken).ConfigureAwait(false);
        if (found.Status != ResolveStatus.Resolved)
            return (null, new TurnOutcome(TurnStatus.NotFound, server: null, $"{_uri} {found.Status.Describe()}"));

        return await Race.RunAsync(
            found.Endpoints,
            (way, over) => new Allocator(_context, wanted).RunAsync(TurnServerEndpoint.Of(way), over),
            static result => result.Driver is not null,
            static result => result.Driver!.DisposeAsync(),
            _context.Environment.Time,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task KeepAsync(AllocationDriver driver)
    {
        bool isTooLate;
        lock (_gate)
        {
            isTooLate = _isDisposed;
            if (!isTooLate) _live.Add(driver);
        }

        if (isTooLate)
        {
            await driver.DisposeAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(TurnClient));
        }

        ClientTelemetry.TurnLive.Add(1);
        _ = ForgetAsync(driver);
    }

    private async Task ForgetAsync(AllocationDriver driver)
    {
        TurnOutcome outcome = await driver.Ended.ConfigureAwait(false);
        lock (_gate) _live.Remove(driver);
        ClientTelemetry.TurnLive.Add(-1);
        ClientLog.Ended(_context.Logger, driver.Server, outcome.Status);
        await driver.DisposeAsync().ConfigureAwait(false);
    }
}
