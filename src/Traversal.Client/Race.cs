namespace Traversal.Client;

/// <summary>Tries several ways, the next one a little later than the last, and takes the first that works (RFC 8305 section 5).</summary>
internal static class Race
{
    /// <summary>The Connection Attempt Delay that RFC 8305 section 8 recommends.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs attempts until one succeeds; the others are cancelled.</summary>
    /// <param name="ways">The ways, the preferred first; at least one.</param>
    /// <param name="attempt">Tries one. Whatever it opened and did not return is its own to close.</param>
    /// <param name="succeeds">Whether a result ends the race.</param>
    /// <param name="discard">Disposes of a success that came too late.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>The first success, or else what the first way came to.</returns>
    public static async Task<TResult> RunAsync<TWay, TResult>(
        IReadOnlyList<TWay> ways,
        Func<TWay, CancellationToken, Task<TResult>> attempt,
        Func<TResult, bool> succeeds,
        Func<TResult, ValueTask> discard,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<TResult>>();
        var running = new List<Task<TResult>>();
        Task<TResult>? winner = null;
        try
        {
            while (winner is null && (running.Count > 0 || attempts.Count < ways.Count))
            {
                if (attempts.Count < ways.Count)
                {
                    running.Add(attempt(ways[attempts.Count], over.Token));
                    attempts.Add(running[^1]);
                }

                // A way that fails makes room for the next at once.
                Task any = Task.WhenAny(running);
                TimeSpan wait = attempts.Count < ways.Count ? AttemptDelay : TimeSpan.MaxValue;
                if (!await any.CompletesWithinAsync(wait, time, cancellationToken).ConfigureAwait(false)) continue;
                winner = running.Find(one => one.IsCompletedSuccessfully && succeeds(one.Result));
                running.RemoveAll(one => one.IsCompleted);
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (Task<TResult> late in attempts.Where(one => one != winner)) await DiscardAsync(late, succeeds, discard).ConfigureAwait(false);
        }

        return await (winner ?? attempts[0]).ConfigureAwait(false);
    }

    private static async Task DiscardAsync<TResult>(Task<TResult> late, Func<TResult, bool> succeeds, Func<TResult, ValueTask> discard)
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully && succeeds(late.Result)) await discard(late.Result).ConfigureAwait(false);
    }
}
