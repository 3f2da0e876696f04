using System.Threading.Tasks.Sources;

namespace Traversal.Client;

/// <summary>
/// What one waiter at a time waits for, under a lock of its owner. A wait allocates nothing, and whoever waits may give it up by its token; whether a wait is ended or
/// given up is decided once, while the lock is held.
/// </summary>
/// <param name="gate">The owner's lock.</param>
internal sealed class SingleWait<TResult>(Lock gate) : IValueTaskSource<TResult>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<TResult> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;

    /// <summary>Whether the waiter goes on in another thread than that of <see cref="Complete"/>.</summary>
    public bool RunsElsewhere
    {
        init => _core.RunContinuationsAsynchronously = value;
    }

    /// <summary>Whether somebody waits. Read while the lock is held.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Begins a wait, while the lock is held and nobody waits.</summary>
    /// <returns>What <see cref="Register"/> is to be told when the lock is let go.</returns>
    public short Begin(CancellationToken cancellationToken)
    {
        _core.Reset();
        IsWaiting = true;
        _token = cancellationToken;
        return _core.Version;
    }

    /// <summary>Listens for the token, after the lock was let go.</summary>
    public void Register(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;

        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static wait => ((SingleWait<TResult>)wait!).Cancel(), this);
        lock (gate)
        {
            if (IsWaiting && _token == cancellationToken)
            {
                _registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    /// <summary>Ends the wait, while the lock is held: <see cref="Complete"/> is to follow, after it was let go.</summary>
    public void End()
    {
        IsWaiting = false;
        _registration.Unregister();
        _registration = default;
    }

    /// <summary>Lets the waiter go on.</summary>
    public void Complete(TResult result) => _core.SetResult(result);

    TResult IValueTaskSource<TResult>.GetResult(short token) => _core.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    // A call for a wait that has ended meanwhile finds another token, or nobody.
    private void Cancel()
    {
        CancellationToken token;
        lock (gate)
        {
            token = _token;
            if (!IsWaiting || !token.IsCancellationRequested) return;
            End();
        }

        _core.SetException(new OperationCanceledException(token));
    }
}
