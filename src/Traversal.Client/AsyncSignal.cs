using System.Threading.Tasks.Sources;

namespace Traversal.Client;

/// <summary>
/// Lets one waiter at a time go on when something may have changed. What was signalled while nobody waited ends the next wait at once. Allocates nothing for a
/// wait; whoever waits looks again, as a wait may end for nothing.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private bool _isSet, _isWaiting;

    /// <param name="runsInline">Whether the waiter goes on in the thread of <see cref="Set"/>: only for code that never blocks.</param>
    public AsyncSignal(bool runsInline) => _core.RunContinuationsAsynchronously = !runsInline;

    /// <summary>Waits.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_isWaiting) throw new InvalidOperationException("One operation of a kind at a time.");
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _core.Reset();
            _isWaiting = true;
            _token = cancellationToken;
        }

        ValueTask waiting = new(this, _core.Version);
        if (cancellationToken.CanBeCanceled) Register(cancellationToken);
        return waiting;
    }

    /// <summary>Ends the wait, or the next one.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _isSet = true;
                return;
            }

            EndWait();
        }

        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void EndWait()
    {
        _isWaiting = false;
        _registration.Unregister();
        _registration = default;
    }

    private void Register(CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Cancel(), this);
        lock (_gate)
        {
            if (_isWaiting && _token == cancellationToken)
            {
                _registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    // A call for a wait that has ended meanwhile finds another token, or nobody.
    private void Cancel()
    {
        CancellationToken token;
        lock (_gate)
        {
            token = _token;
            if (!_isWaiting || !token.IsCancellationRequested) return;
            EndWait();
        }

        _core.SetException(new OperationCanceledException(token));
    }
}
