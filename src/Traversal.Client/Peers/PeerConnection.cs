using Microsoft.Extensions.Logging;
using Traversal.Client.Peers;
using Traversal.Ice;

namespace Traversal.Client;

/// <summary>
/// A connection to a peer that is known by its key, wherever both are: authenticated on both sides and encrypted by TLS 1.3, reliable, with any number of streams,
/// and datagrams beside them. It runs over the path that ICE finds and survives its change, or over TCP where there is no such path. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Both sides create one with a signalling that carries what they tell each other, and call <see cref="ConnectAsync"/>. That a path or a peer is not there is a
/// result; once connected, a connection that ends is a <see cref="PeerConnectionException"/> for whoever uses it, as with <c>QuicConnection</c>.
/// </para>
/// <para>
/// Who can change what goes through the signalling can keep the two from each other, but cannot get between them: each proves that it has its key.
/// </para>
/// </remarks>
public sealed partial class PeerConnection : IAsyncDisposable
{
    private readonly PeerConnectionOptions _options;
    private readonly ClientEnvironment _environment;
    private readonly ILogger _logger;
    private readonly CarrierRace _race;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<PeerOutcome>? _connecting;
    private PeerSession? _session;
    private RemotePeer? _remote;

    /// <summary>Creates a connection. Where TCP is allowed its ports are opened; nothing is sent before <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">What it is to be like.</param>
    /// <param name="signaling">The way to the other side.</param>
    /// <param name="environment">The system's network and clock if null.</param>
    /// <exception cref="ArgumentException">The options are wrong, or say too little.</exception>
    public PeerConnection(PeerConnectionOptions options, ISignaling signaling, ClientEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signaling);
        if (options.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(options));

        _options = options;
        _environment = environment ?? ClientEnvironment.System;
        _logger = _environment.Logging.CreateLogger<PeerConnection>();
        _race = new CarrierRace(options, signaling, _environment);
    }

    /// <summary>The other side, which has proved who it is.</summary>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public RemotePeer Remote => Session is not null ? _remote! : throw NotConnected();

    /// <summary>The application protocol that the two have agreed on.</summary>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public string Protocol => (Session ?? throw NotConnected()).Protocol;

    /// <summary>What carries it.</summary>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public PeerCarrierKind Carrier => (Session ?? throw NotConnected()).Carrier.Kind;

    /// <summary>Completes when the connection, or the attempt to make it, is over.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Why it is over.</summary>
    public PeerCloseReason CloseReason => Session?.Failure?.Reason ?? (_closing.IsCancellationRequested ? PeerCloseReason.Closed : PeerCloseReason.None);

    /// <summary>The code with which it was closed; 0 where nobody gave one.</summary>
    public long CloseCode => Session?.Failure?.Code ?? 0;

    private PeerSession? Session => Volatile.Read(ref _session);

    /// <summary>Looks for a way to the other side, and completes when each has proved who it is and wants the other, or when that cannot be.</summary>
    /// <param name="cancellationToken">Gives up waiting, by an exception; the attempt goes on until the connection is disposed of.</param>
    public Task<PeerOutcome> ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        lock (_gate) _connecting ??= ConnectOnceAsync();
        return _connecting.WaitAsync(cancellationToken);
    }

    /// <summary>Opens a stream. The other side learns of it with the first bytes, or with the end.</summary>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>At once; where the other side takes no more streams at present, when it does.</returns>
    /// <exception cref="PeerConnectionException">The connection is over.</exception>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public ValueTask<PeerStream> OpenStreamAsync(CancellationToken cancellationToken = default) => (Session ?? throw NotConnected()).OpenAsync(cancellationToken);

    /// <summary>Waits for the next stream that the other side opens. Any number of callers may wait.</summary>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <exception cref="PeerConnectionException">The connection is over.</exception>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public ValueTask<PeerStream> AcceptStreamAsync(CancellationToken cancellationToken = default) => (Session ?? throw NotConnected()).AcceptAsync(cancellationToken);

    /// <summary>
    /// Closes the connection. What was written goes first, for <see cref="PeerConnectionOptions.CloseTimeout"/> at most; the other side learns the code, and can
    /// still read what came before.
    /// </summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <param name="cancellationToken">Gives up waiting, by an exception.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public async ValueTask CloseAsync(long code = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, MaxCode);
        if (Session is { } session) await session.CloseAsync(code).WaitAsync(cancellationToken).ConfigureAwait(false);
        await GiveUpAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection with code 0, where it is not closed yet, as <see cref="CloseAsync"/> does.</summary>
    public ValueTask DisposeAsync() => CloseAsync();

    /// <summary>What is known of every pair of candidates that ICE looked at. Allocates.</summary>
    public IReadOnlyList<IcePairReport> GetPairs() => _race.Ice.GetPairs();

    private const long MaxCode = (1L << 62) - 1;

    private static InvalidOperationException NotConnected() => new($"{nameof(ConnectAsync)} has to succeed first.");
}
