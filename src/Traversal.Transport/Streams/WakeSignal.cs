using System.Threading.Tasks.Sources;

namespace Traversal.Transport.Streams;

/// <summary>
/// Lets one loop sleep until it is signalled, as often as needed, without allocating. The loop goes on on the thread pool, never on the
/// thread that signals. A signal that nobody waits for is kept; several are one.
/// </summary>
internal sealed class WakeSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    public void Set()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (state == Signalled) return;

            int next = state == Idle ? Signalled : Idle;
            if (Interlocked.CompareExchange(ref _state, next, state) != state) continue;
            if (state == Waiting) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    /// <summary>Waits for a signal. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle) return new ValueTask(this, _core.Version);

        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
