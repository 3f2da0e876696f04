using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>
/// Runs the machine of one allocation over a way to its server. The machine is held by one thread at a time, for as long as a decision takes; what a peer
/// sent is handed over, and what is sent to one goes out, after it was let go.
/// </summary>
internal sealed partial class AllocationDriver : IAsyncDisposable
{
    /// <summary>How long the server's word is waited for that the allocation is gone.</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1);

    private readonly TurnContext _context;
    private readonly MonotonicClock _clock;
    private readonly TurnAllocation _machine;
    private readonly Lock _gate = new();
    private readonly byte[] _transmit = new byte[TurnAllocation.MaxTransmitLength];
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TurnOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private MonotonicTime _armed = MonotonicTime.Never;
    private IAllocationUser? _user;
    private ServerLink? _oldLink;
    private TurnOutcome? _pathLoss;

    /// <summary>Begins an allocation.</summary>
    /// <param name="context">What it shares with others.</param>
    /// <param name="server">The server.</param>
    /// <param name="link">The way to it; owned from here on.</param>
    /// <param name="options">What it is to be like.</param>
    public AllocationDriver(TurnContext context, TurnServerEndpoint server, ServerLink link, TurnAllocationOptions options)
    {
        _context = context;
        _clock = context.Clock;
        _pump = new Pump<ServerLink>(link);
        Server = server;
        Memory = context.MemoryOf(server.Address);
        _machine = new TurnAllocation(options, Memory, context.Credential, context.Environment.Random, _linkBegan = _clock.Now);
        _timer = context.Environment.Time.CreateTimer(static driver => ((AllocationDriver)driver!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate) Serve(_clock.Now);
        StartPump();
    }

    public TurnServerEndpoint Server { get; }

    public TurnServerMemory Memory { get; }

    /// <summary>The machine, whose addresses and counters any thread may read once it is allocated.</summary>
    public TurnAllocation Machine => _machine;

    public TransportAddress LocalAddress => _pump.Way.LocalAddress;

    /// <summary>Completes when the relayed address is there; not at all if it never is.</summary>
    public Task Allocated => _allocated.Task;

    /// <summary>Completes when the allocation is over.</summary>
    public Task<TurnOutcome> Ended => _ended.Task;

    /// <summary>Why the machine ended; null as long as it has not.</summary>
    public TurnFailure? Failure { get; private set; }

    /// <summary>Says who gets what comes; nobody was permitted before, so nothing has.</summary>
    public void Attach(IAllocationUser user)
    {
        lock (_gate) _user = user;
    }

    /// <summary>Asks the machine for something, and sends what comes of it.</summary>
    public TResult Do<TResult, TState>(Func<TurnAllocation, TState, MonotonicTime, TResult> question, TState state)
    {
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            TResult result = question(_machine, state, now);
            Serve(now);
            return result;
        }
    }

    /// <summary>Waits until data that found no room may be tried again.</summary>
    public ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken) => _pump.Way.WaitForRoomAsync(cancellationToken);

    /// <summary>Gives the allocation up, and closes the way to the server when it has answered, or a little later.</summary>
    public async ValueTask DisposeAsync()
    {
        if (BeginClosing()) await _ended.Task.CompletesWithinAsync(CloseTime, _context.Environment.Time, CancellationToken.None).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Tells the server, and waits for no answer.</summary>
    public void Dispose()
    {
        BeginClosing();
        _ = CloseAsync();
    }

    private bool BeginClosing()
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested) return false;

            bool isAllocated = _machine.State == TurnAllocationState.Allocated;
            MonotonicTime now = _clock.Now;
            _machine.Close(now);
            Serve(now);
            return isAllocated;
        }
    }

    private async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        ServerLink link;
        lock (_gate)
        {
            link = _pump.Way;
            LeaveOldLink();
        }

        await link.DisposeAsync().ConfigureAwait(false);
        _ended.TrySetResult(new TurnOutcome(TurnStatus.Closed, Server));
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armed = MonotonicTime.Never;
            MonotonicTime now = _clock.Now;
            _machine.OnTime(now);
            Serve(now);
        }

        TakeOverPump();
    }

    /// <summary>Sends what the machine has to send, tells what has happened, and sets the timer; while the machine is held.</summary>
    private void Serve(MonotonicTime now)
    {
        do
        {
            while (_machine.TryTakeTransmit(_transmit, now, out int length)) LosePathIfNew(_pump.Way.Send(_transmit.AsSpan(0, length), isData: false));
        }
        while (TryTellEvent());

        Arm(now);
    }

    private bool TryTellEvent()
    {
        if (!_machine.TryTakeEvent(out TurnEvent happened)) return false;

        switch (happened.Kind)
        {
            case TurnEventKind.Allocated:
                _allocated.TrySetResult();
                break;
            case TurnEventKind.CredentialWanted:
                _ = RenewAsync(happened.Deadline);
                break;
            case TurnEventKind.Ended:
                LeaveOldLink();
                Failure = _machine.Failure!;
                _ended.TrySetResult(Failure.Reason == TurnFailureReason.PathLost && _pathLoss is { } loss ? loss : TurnOutcome.Of(Failure, Server));
                break;
            case TurnEventKind.Moved:
                LeaveOldLink();
                _replacements = 0;
                goto default;
            default:
                _user?.OnEvent(in happened);
                break;
        }

        return true;
    }

    private void Arm(MonotonicTime now)
    {
        MonotonicTime next = _machine.NextDeadline;
        if (next == _armed || _closing.IsCancellationRequested) return;

        _armed = next;
        _timer.FireIn(next - now);
    }
}
