namespace Traversal.Client;

/// <summary>
/// Lets one waiter at a time go on when something may have changed. What was signalled while nobody waited ends the next wait at once. Allocates nothing for a
/// wait; whoever waits looks again, as a wait may end for nothing.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Lock _gate = new();
    private readonly SingleWait<bool> _wait;
    private bool _isSet;

    /// <param name="runsInline">Whether the waiter goes on in the thread of <see cref="Set"/>: only for code that never blocks.</param>
    public AsyncSignal(bool runsInline) => _wait = new SingleWait<bool>(_gate) { RunsElsewhere = !runsInline };

    /// <summary>Waits.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken = default)
    {
        short version;
        lock (_gate)
        {
            if (_wait.IsWaiting) throw new InvalidOperationException("One operation of a kind at a time.");
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            version = _wait.Begin(cancellationToken);
        }

        _wait.Register(cancellationToken);
        return new ValueTask(_wait, version);
    }

    /// <summary>Ends the wait, or the next one.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_wait.IsWaiting)
            {
                _isSet = true;
                return;
            }

            _wait.End();
        }

        _wait.Complete(true);
    }
}
