using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>The packet loop: sends what is due, takes what has arrived, and sleeps for a moment when there is neither.</summary>
internal sealed class Pump : IDisposable
{
    private readonly Traffic _traffic;
    private readonly Refresher _refresher;
    private readonly MessageBatch _up;
    private readonly MessageBatch _down;
    private readonly MessageBatch _received;
    private readonly PacketSender? _uplink;
    private readonly PacketSender? _downlink;
    private readonly PeerReceiver? _peers;
    private readonly ClientReceiver _clients;
    private readonly bool _isDataForClients;
    private readonly long _tick;

    public Pump(Traffic traffic, Refresher refresher, EpollSet clients)
    {
        LoadOptions options = traffic.Options;
        int frameLength = UplinkFrame.MaxHeaderLength + options.Sizes.Max() + 3;
        _traffic = traffic;
        _refresher = refresher;
        _up = new MessageBatch(frameLength);
        _down = new MessageBatch(frameLength);
        _received = new MessageBatch(frameLength);
        _tick = (long)options.Tick.TotalNanoseconds;
        if (options.Sends(Directions.Up)) _uplink = options.IsStream ? new StreamUplink(traffic, frameLength) : new DatagramUplink(traffic, _up);
        if (options.Sends(Directions.Down)) _downlink = new Downlink(traffic, _down);
        if (options.Sends(Directions.Up) && options.Peers != PeerArrangement.Relayed) _peers = new PeerReceiver(traffic, _received);
        _isDataForClients = options.Sends(Directions.Down) || options.Peers == PeerArrangement.Relayed;
        _clients = new ClientReceiver(traffic, clients, _received, refresher.OnAnswer);
    }

    /// <summary>Runs one phase to its end.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="onProgress">Called about four times a second.</param>
    /// <param name="cancellation">Ends the phase at once.</param>
    public void Run(in Phase phase, Action onProgress, CancellationToken cancellation)
    {
        const long ProgressNanoseconds = 250_000_000;
        long start = PreciseTimer.Now;
        long end = start + (long)phase.Length.TotalNanoseconds;
        long nextProgress = start + ProgressNanoseconds;
        _traffic.Start(phase, start);
        _uplink?.Start();
        _downlink?.Start();
        for (long now = start; now < end && !cancellation.IsCancellationRequested; now = PreciseTimer.Now)
        {
            bool isBusy = (_uplink?.SendDue(now) ?? false) | (_downlink?.SendDue(now) ?? false) | Receive();
            if (!isBusy) Sleep();
            if (now < nextProgress) continue;

            _refresher.OnTime(now);
            if (!_isDataForClients) _clients.Receive();
            onProgress();
            nextProgress = now + ProgressNanoseconds;
        }

        long stopped = Math.Min(end, PreciseTimer.Now);
        _uplink?.Finish(stopped);
        _downlink?.Finish(stopped);
    }

    /// <summary>Waits for packets that are still on their way.</summary>
    public void Drain(CancellationToken cancellation)
    {
        long end = PreciseTimer.Now + (long)_traffic.Options.Drain.TotalNanoseconds;
        while (PreciseTimer.Now < end && HasOutstanding && !cancellation.IsCancellationRequested)
        {
            if (!Receive()) Sleep();
        }
    }

    public void Dispose()
    {
        _peers?.Dispose();
        _up.Dispose();
        _down.Dispose();
        _received.Dispose();
    }

    private bool HasOutstanding => _traffic.Up.Delivered < _traffic.Up.Sent || _traffic.Down.Delivered < _traffic.Down.Sent;

    private bool Receive() => (_peers?.Receive() ?? false) | (_isDataForClients && _clients.Receive());

    // When nothing is to do at full speed, the packets on their way are in the server's hands, and waiting any longer would starve it.
    private void Sleep()
    {
        if (_tick > 0 && _traffic.Options.IsPaced) PreciseTimer.Sleep(_tick);
    }
}
