namespace Traversal.Client;

/// <summary>Lets one loop sleep until its machine's deadline or until others have something for it.</summary>
internal sealed class Waker
{
    private TaskCompletionSource _signal = NewSignal();

    /// <summary>Ends the sleep, or the next one if none goes on.</summary>
    public void Wake() => Volatile.Read(ref _signal).TrySetResult();

    /// <summary>Sleeps. What was done before a wake-up is seen by what looks after this.</summary>
    public async Task SleepAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource signal = Volatile.Read(ref _signal);
        if (await signal.Task.CompletesWithinAsync(timeout, time, cancellationToken).ConfigureAwait(false)) Volatile.Write(ref _signal, NewSignal());
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
