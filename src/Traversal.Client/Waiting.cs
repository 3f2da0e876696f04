namespace Traversal.Client;

/// <summary>Waiting for the first of two things without exceptions for the one that did not come.</summary>
internal static class Waiting
{
    // A timer does not go further than 49 days; who waits for ever waits again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Whether the task completed within the time; it goes on if it did not.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up first.</exception>
    public static async Task<bool> CompletesWithinAsync(this Task task, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (task.IsCompleted || timeout <= TimeSpan.Zero) return task.IsCompleted;

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, Task.Delay(timeout < Longest ? WholeMilliseconds(timeout) : Longest, time, giveUp.Token)).ConfigureAwait(false);
        await giveUp.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }

    // A delay forgets what is less than a millisecond, and who waits for the rest of it would ask without end until it is over.
    private static TimeSpan WholeMilliseconds(TimeSpan timeout) => TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds));
}
