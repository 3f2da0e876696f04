using System.ComponentModel;
using Traversal.Load.Measurement;
using Traversal.Load.Native;
using Traversal.Primitives;

namespace Traversal.Load.Engine;

/// <summary>One run from the first allocation to the last release.</summary>
internal sealed class LoadRun : IDisposable
{
    private readonly LoadOptions _options;
    private readonly IProgressDisplay _display;
    private readonly ProcessProbe _probe;
    private readonly Client[] _clients;
    private readonly EpollSet _sockets = new();
    private readonly List<NativeSocket> _peers = [];
    private readonly TurnRequests _requests;
    private readonly ControlPlane _control;

    private LoadRun(LoadOptions options, IProgressDisplay display)
    {
        _options = options;
        _display = display;
        _probe = new ProcessProbe(options.ProcessIds);
        _clients = [.. Enumerable.Range(0, options.Allocations).Select(index => new Client(index))];
        _requests = new TurnRequests(options, RandomSource.System);
        _control = new ControlPlane(options, _requests, _clients, _sockets);
    }

    /// <summary>Runs it; this thread does all the work.</summary>
    /// <exception cref="LoadException">The run could not be made; the message says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the measurement.</exception>
    public static LoadReport Run(LoadOptions options, IProgressDisplay display, CancellationToken cancellation)
    {
        using var run = new LoadRun(options, display);
        if (!run._probe.TryFind(out int missing)) throw new LoadException($"There is no process {missing}.");

        try
        {
            return run.Run(cancellation);
        }
        catch (Win32Exception error)
        {
            throw new LoadException(error.Message, error);
        }
        finally
        {
            if (!options.Keep) run._control.Release(run.AllocatedClients);
        }
    }

    public void Dispose()
    {
        foreach (Client client in _clients) client.Dispose();
        foreach (NativeSocket peer in _peers) peer.Dispose();
        _sockets.Dispose();
    }

    private Client[] AllocatedClients => [.. _clients.Where(client => !client.Relay.IsNone)];

    private LoadReport Run(CancellationToken cancellation)
    {
        OpenPeers();
        SetupReport setup = SetUp(cancellation);
        RelayReport? relay = null;
        if (_options.SetupOnly) Hold(cancellation);
        else relay = Relay(cancellation);
        return new LoadReport
        {
            Server = _options.Server.ToString(),
            Transport = _options.Transport.ToString(),
            Path = _options.Path.ToString(),
            Directions = _options.Directions.ToString(),
            Sizes = _options.Sizes,
            Burst = _options.Burst,
            Rate = _options.IsPaced ? _options.Rate : null,
            Window = _options.IsPaced ? null : _options.Window,
            Setup = setup,
            Relay = relay,
        };
    }

    private void OpenPeers()
    {
        const int SharedBufferBytes = 8 << 20;
        const int OwnBufferBytes = 1 << 20;
        if (_options.Peers == PeerArrangement.Relayed) return;

        // Nothing is sent in a run that only sets up, so that it has descriptors for clients alone.
        bool isShared = _options.Peers == PeerArrangement.Shared || _options.SetupOnly;
        foreach (Client client in _clients)
        {
            if (!isShared || _peers.Count == 0)
            {
                _peers.Add(NativeSocket.OpenDatagram(_options.PeerAddress));
                _peers[^1].SetBuffers(isShared ? SharedBufferBytes : OwnBufferBytes);
            }

            UsePeer(client, _peers[^1].LocalAddress);
            client.Peer = _peers[^1];
        }
    }

    private void UsePeer(Client client, in TransportAddress peer)
    {
        client.PeerAddress = peer;
        client.Header = UplinkFrame.CreateHeader(_options.Path, peer, RandomSource.System);
    }

    private SetupReport SetUp(CancellationToken cancellation)
    {
        ControlStep last = _options.Peers == PeerArrangement.Relayed ? ControlStep.Allocate : ControlStep.Bind;
        int baseline = Math.Clamp(_options.SetupBaseline, 0, _clients.Length - 1);
        void OnProgress(int done) => _display.ShowSetup(done, _clients.Length);

        _control.SetUp(_clients.AsSpan(0, baseline), last, OnProgress, cancellation);
        _control.Duration.Reset();
        ProcessUsage before = _probe.Read();
        long startedAt = PreciseTimer.Now;
        _control.SetUp(_clients.AsSpan(baseline), last, done => OnProgress(baseline + done), cancellation);
        BindRelayed(cancellation);
        double seconds = SecondsSince(startedAt);
        ProcessUsage after = _probe.Read();

        int measured = _clients.Length - baseline;
        return new SetupReport
        {
            Allocations = _clients.Length,
            Measured = measured,
            Seconds = seconds,
            AllocationsPerSecond = measured / seconds,
            ServerCpuMicrosecondsPerAllocation = (after.CpuNanoseconds - before.CpuNanoseconds) / 1e3 / measured,
            ServerKilobytesPerAllocation = (double)(after.ResidentKilobytes - before.ResidentKilobytes) / measured,
            ServerResidentKilobytes = after.ResidentKilobytes,
            Retransmissions = _control.Retransmissions,
            Duration = LatencyReport.Of(_control.Duration),
        };
    }

    private void BindRelayed(CancellationToken cancellation)
    {
        if (_options.Peers != PeerArrangement.Relayed) return;

        foreach (Client client in _clients) UsePeer(client, _clients[client.RelayedPeer].Relay);
        _control.Bind(_clients, cancellation);
    }

    private void Hold(CancellationToken cancellation) => cancellation.WaitHandle.WaitOne(_options.Hold);

    private RelayReport Relay(CancellationToken cancellation)
    {
        Hold(cancellation);
        var traffic = new Traffic(_options, _clients);
        var refresher = new Refresher(_clients, _requests);
        refresher.Start(PreciseTimer.Now);
        using var pump = new Pump(traffic, refresher, _sockets);
        void OnProgress() => _display.ShowTraffic(traffic, _probe);

        byte number = 0;
        if (_options.Ramp > TimeSpan.Zero) pump.Run(new Phase(++number, "ramp", _options.Ramp, IsRising: true), OnProgress, cancellation);
        if (_options.WarmUp > TimeSpan.Zero) pump.Run(new Phase(++number, "warm-up", _options.WarmUp, IsRising: false), OnProgress, cancellation);

        var measurement = new RelayMeasurement(traffic, _probe);
        pump.Run(new Phase(++number, "measure", _options.Duration, IsRising: false), OnProgress, cancellation);
        measurement.EndSending();
        pump.Drain(cancellation);
        return measurement.Finish();
    }

    private static double SecondsSince(long startedAt) => (PreciseTimer.Now - startedAt) / 1e9;
}
