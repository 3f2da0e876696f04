namespace Traversal.Client.Tests;

/// <summary>A clock that moves only when a test moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks;

    public TimeSpan Elapsed => new(Volatile.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock in steps, whenever somebody waits for it, until the task has ended.</summary>
    public async Task AdvanceUntilAsync(Task task, TimeSpan step)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!task.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            if (!Advance(step)) await Task.Yield();
        }
    }

    /// <summary>Moves the clock in steps, whenever somebody waits for no longer than the horizon, until something has happened.</summary>
    public async Task AdvanceUntilAsync(Func<bool> isDone, TimeSpan step, TimeSpan horizon)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isDone())
        {
            deadline.Token.ThrowIfCancellationRequested();
            if (!IsDueWithin(horizon) || !Advance(step)) await Task.Yield();
        }
    }

    /// <summary>Moves the clock one step, as soon as somebody waits for no more than that: others, who have more patience, may be there earlier.</summary>
    public async Task AdvanceOnceAsync(TimeSpan step)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!IsDueWithin(step) || !Advance(step))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock one step if somebody waits for it.</summary>
    public bool Advance(TimeSpan step)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            if (_timers.Count == 0) return false;
            _ticks += step.Ticks;
            due = _timers.Where(timer => timer.DueTicks <= _ticks).ToArray();
            foreach (ManualTimer timer in due) _timers.Remove(timer);
        }

        foreach (ManualTimer timer in due) timer.Fire();
        return true;
    }

    private bool IsDueWithin(TimeSpan horizon)
    {
        lock (_gate) return _timers.Exists(timer => timer.DueTicks <= _ticks + horizon.Ticks);
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long DueTicks { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueTicks = time._ticks + dueTime.Ticks;
                time._timers.Add(this);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
