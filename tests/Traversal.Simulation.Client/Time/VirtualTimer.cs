namespace Traversal.Simulation.Client;

/// <summary>A timer in virtual time.</summary>
internal sealed class VirtualTimer(SimulatedWorld world, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private TaskCompletionSource? _disposed;
    private (long At, long Order)? _place;
    private TimeSpan _period;
    private int _calls;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        lock (world.Gate)
        {
            if (_disposed is not null) return false;

            Unset();
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan) _place = world.Timers.Add(this, dueTime);
            return true;
        }
    }

    /// <summary>Calls, in the thread pool; while the gate of the world is held.</summary>
    public void Fire()
    {
        Unset();
        if (_period > TimeSpan.Zero) _place = world.Timers.Add(this, _period);
        _calls++;
        ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Call(), this, preferLocal: false);
    }

    public void Dispose()
    {
        lock (world.Gate) End();
    }

    public ValueTask DisposeAsync()
    {
        lock (world.Gate)
        {
            End();
            return new ValueTask(_disposed!.Task);
        }
    }

    private void Call()
    {
        try
        {
            if (Volatile.Read(ref _disposed) is not null) return;

            if (_context is null)
                callback(state);
            else
                ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).CallBack(), this);
        }
        finally
        {
            lock (world.Gate)
            {
                _calls--;
                if (_disposed is not null) EndIfIdle();
            }
        }
    }

    private void CallBack() => callback(state);

    private void End()
    {
        Unset();
        _disposed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        EndIfIdle();
    }

    private void EndIfIdle()
    {
        if (_calls == 0) _disposed!.TrySetResult();
    }

    private void Unset()
    {
        if (_place is { } place) world.Timers.Remove(place, this);
        _place = null;
    }
}
