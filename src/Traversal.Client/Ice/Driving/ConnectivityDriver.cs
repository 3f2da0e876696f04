using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Client.Sockets;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>
/// Runs a connectivity machine over sockets and connections. The machine is held by one thread at a time, for as long as a decision takes; data is handed over,
/// and sent, after it was let go.
/// </summary>
internal sealed partial class ConnectivityDriver : IAsyncDisposable
{
    /// <summary>How long TURN servers are waited for that are told that the allocations are given up.</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1);

    // Written and sent while the machine is held, so that one for each thread is enough.
    [ThreadStatic]
    private static byte[]? Scratch;

    private readonly INetwork _network;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly IConnectivityUser _user;
    private readonly ConnectivityMachine _machine;
    private readonly Lock _gate = new();
    private readonly List<BasePort> _bases = [];
    private readonly List<LinkPort> _links = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private MonotonicTime _armed = MonotonicTime.Never;
    private bool _isClosing;
    private IDatagramSink? _sink;

    public ConnectivityDriver(ClientEnvironment environment, ConnectivityOptions options, IConnectivityUser user)
    {
        ProcessPacing pacing = ProcessPacing.Of(environment.Time);
        _network = environment.Network;
        _time = environment.Time;
        _clock = pacing.Clock;
        _user = user;
        _machine = new ConnectivityMachine(options, pacing.Pacer, environment.Random);
        _timer = environment.Time.CreateTimer(static driver => ((ConnectivityDriver)driver!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What has come for the application.</summary>
    public DatagramInbox Inbox { get; } = new();

    /// <summary>Who takes data in the place of the inbox; null for nobody.</summary>
    public IDatagramSink? Sink
    {
        get => Volatile.Read(ref _sink);
        set => Volatile.Write(ref _sink, value);
    }

    public MonotonicTime Now => _clock.Now;

    public MonotonicClock Clock => _clock;

    /// <summary>Asks the machine for something, and does what comes of it.</summary>
    public TResult Do<TResult, TState>(Func<ConnectivityMachine, TState, MonotonicTime, TResult> question, TState state)
    {
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            TResult result = question(_machine, state, now);
            Serve(now);
            return result;
        }
    }

    /// <summary>Opens a socket and makes it a base.</summary>
    public NetworkStatus Open(in TransportAddress local)
    {
        NetworkResult<IDatagramSocket> opened = _network.OpenDatagram(in local);
        if (!opened.IsOk) return opened.Status;

        var port = new BasePort(opened.Value);
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            if (_isClosing || !_machine.AddBase(port.Address, now))
            {
                opened.Value.Dispose();
                return NetworkStatus.Closed;
            }

            _bases.Add(port);
            Start(port);
            Serve(now);
            return NetworkStatus.Ok;
        }
    }

    /// <summary>Closes the sockets of an address, which this machine has no more.</summary>
    public void Close(TransportAddress address)
    {
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            foreach (BasePort port in _bases.FindAll(port => port.Address.HasSameAddress(in address))) Remove(port, now);
            Serve(now);
        }
    }

    /// <summary>Hands a connection over, whose number the machine knows already.</summary>
    /// <returns>False where it comes too late; it is the caller's still.</returns>
    public bool TryAdd(int number, ServerLink link)
    {
        var port = new LinkPort(number, link);
        lock (_gate)
        {
            if (_isClosing) return false;

            MonotonicTime now = _clock.Now;
            _links.Add(port);
            Start(port);
            _machine.OnLinkOpened(number, now);
            Serve(now);
            return true;
        }
    }

    /// <summary>Closes a connection that is of no more use.</summary>
    public void CloseLink(int number)
    {
        lock (_gate)
        {
            if (_links.Find(port => port.Number == number) is not { } link) return;

            MonotonicTime now = _clock.Now;
            Remove(link, now);
            Serve(now);
        }
    }

    /// <summary>Gives everything up, and waits a second at most for TURN servers to say so.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosing) return;

            MonotonicTime now = _clock.Now;
            _isClosing = true;
            _machine.Close(now);
            Serve(now);
        }

        await _closed.Task.CompletesWithinAsync(CloseTime, _time, CancellationToken.None).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        Port[] ports;
        lock (_gate)
        {
            ports = [.. _bases, .. _links];
            foreach (Port port in ports) port.IsClosing = true;
            _bases.Clear();
            _links.Clear();
        }

        foreach (Port port in ports) await port.DisposeAsync().ConfigureAwait(false);
        Inbox.Close();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armed = MonotonicTime.Never;
            MonotonicTime now = _clock.Now;
            _machine.OnTime(now);
            Serve(now);
            foreach (BasePort port in _bases) TakeOver(port);
            foreach (LinkPort port in _links) TakeOver(port);
        }
    }

    /// <summary>Sends what the machine has to send, tells what has happened, and sets the timer; while the machine is held.</summary>
    private void Serve(MonotonicTime now)
    {
        byte[] message = Scratch ??= new byte[ConnectivityMachine.MaxTransmitLength];
        do
        {
            while (_machine.TryTakeTransmit(message, now, out ConnectivityTransmit transmit))
                Find(in transmit)?.Send(message.AsSpan(transmit.Offset, transmit.Length), transmit.Remote, isData: false);
        }
        while (TryTellEvent());

        if (_machine.IsClosed) _closed.TrySetResult();
        Arm(now);
    }

    private bool TryTellEvent()
    {
        if (!_machine.TryTakeEvent(out ConnectivityEvent? happened)) return false;

        _user.OnEvent(_machine, happened);
        return true;
    }

    private Port? Find(in ConnectivityTransmit transmit)
    {
        if (transmit.Link == ConnectivityMachine.NoLink) return FindBase(transmit.Local);

        foreach (LinkPort port in _links)
        {
            if (port.Number == transmit.Link) return port;
        }

        return null;
    }

    private BasePort? FindBase(in TransportAddress local)
    {
        foreach (BasePort port in _bases)
        {
            if (port.Address == local) return port;
        }

        return null;
    }

    private void Arm(MonotonicTime now)
    {
        MonotonicTime next = _machine.NextDeadline;
        if (next == _armed) return;

        _armed = next;
        _timer.FireIn(next - now);
    }
}
