using System.Threading.Channels;

namespace Traversal.Client.Peers;

/// <summary>
/// The ways to the other side, in the order in which they are found: the path of ICE, and later TCP. The side that initiates takes the first; the other one the
/// one by which something comes.
/// </summary>
internal sealed class CarrierRace : IAsyncDisposable
{
    // How long after this side's own dialling the other side's may still arrive.
    private static readonly TimeSpan TcpGrace = TimeSpan.FromSeconds(3);

    private readonly PeerConnectionOptions _options;
    private readonly ClientEnvironment _environment;
    private readonly TcpWays? _tcp;
    private readonly CarrierSignaling _signaling;
    private readonly IceConnection _ice;
    private readonly Channel<PeerCarrier> _ready = Channel.CreateUnbounded<PeerCarrier>();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _pathSpent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<PeerCarrier> _carriers = [];
    private bool _isOver;

    public CarrierRace(PeerConnectionOptions options, ISignaling signaling, ClientEnvironment environment)
    {
        _options = options;
        _environment = environment;
        if (options.TcpDelay != Timeout.InfiniteTimeSpan) _tcp = new TcpWays(options.Path, environment, Add);
        _signaling = new CarrierSignaling(signaling, _tcp?.Addresses ?? []);
        _ice = new IceConnection(options.Path, _signaling, environment);
    }

    /// <summary>The connection of ICE.</summary>
    public IceConnection Ice => _ice;

    /// <summary>How looking for a path went; null before its end.</summary>
    public IceOutcome? Outcome { get; private set; }

    public void Start()
    {
        _tcp?.Accept(_signaling);
        _ = RunAsync();
    }

    /// <summary>The next way; null where there is no more.</summary>
    public async ValueTask<PeerCarrier?> NextAsync(CancellationToken cancellationToken) =>
        await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _ready.Reader.TryRead(out PeerCarrier? carrier) ? carrier : null;

    /// <summary>A way did not lead to the other side.</summary>
    public async ValueTask DropAsync(PeerCarrier carrier)
    {
        lock (_gate) _carriers.Remove(carrier);
        if (carrier is ReliableCarrier) _pathSpent.TrySetResult();
        await carrier.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives up all ways but one.</summary>
    public async Task EndAsync(PeerCarrier? winner)
    {
        PeerCarrier[] losers;
        lock (_gate)
        {
            _isOver = true;
            losers = [.. _carriers.Where(carrier => carrier != winner)];
            _carriers.Clear();
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        _ready.Writer.TryComplete();
        _tcp?.Dispose();
        foreach (PeerCarrier loser in losers) await loser.DisposeAsync().ConfigureAwait(false);
        if (winner is not ReliableCarrier) await _ice.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await EndAsync(winner: null).ConfigureAwait(false);

    private async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(RunIceAsync(), _tcp is null ? Task.CompletedTask : RunTcpAsync(_tcp)).ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // It was given up, or one way has won.
        }
        finally
        {
            _ready.Writer.TryComplete();
        }
    }

    private async Task RunIceAsync()
    {
        Outcome = await _ice.ConnectAsync(_closing.Token).ConfigureAwait(false);
        if (!Outcome.IsConnected) return;

        await _signaling.Met.WaitAsync(_closing.Token).ConfigureAwait(false);
        var carrier = new ReliableCarrier(_ice, _signaling.Secret, PatienceOf(_options), _environment);
        Add(carrier);
        carrier.Start();
        await _pathSpent.Task.WaitAsync(_closing.Token).ConfigureAwait(false);
    }

    private async Task RunTcpAsync(TcpWays tcp)
    {
        await _signaling.Met.WaitAsync(_closing.Token).ConfigureAwait(false);
        await Task.Delay(_options.TcpDelay, _environment.Time, _closing.Token).ConfigureAwait(false);
        await Task.WhenAll(tcp.DialAsync(_signaling), Task.Delay(TcpGrace, _environment.Time, _closing.Token)).ConfigureAwait(false);
    }

    private void Add(PeerCarrier carrier)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _carriers.Add(carrier);
                _ = OfferAsync(carrier);
                return;
            }
        }

        _ = carrier.DisposeAsync().AsTask();
    }

    private async Task OfferAsync(PeerCarrier carrier)
    {
        try
        {
            if (!carrier.IsInitiator) await carrier.WaitForChoiceAsync(_closing.Token).ConfigureAwait(false);
            _ready.Writer.TryWrite(carrier);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Its other end has chosen another one.
        }
    }

    private static TimeSpan PatienceOf(PeerConnectionOptions options) =>
        options.IdleTimeout == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(1) : options.IdleTimeout;
}
