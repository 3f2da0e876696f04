using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <content>The path under the carrier, which may change, and for which another is looked when it seems to be gone.</content>
internal sealed partial class ReliableCarrier
{
    /// <summary>
    /// How long a silence that an answer should have ended is borne before ICE looks for another path: its own judgement takes ten seconds and more (RFC 7675).
    /// The side that does not control waits longer, so that they do not both begin at once.
    /// </summary>
    private static readonly TimeSpan InitiatorsPatience = TimeSpan.FromSeconds(3), OthersPatience = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan BetweenRestarts = TimeSpan.FromSeconds(10);

    // Until when nothing was amiss.
    private MonotonicTime _calmAt;
    private MonotonicTime? _restartedAt;

    private async Task KeepPathAsync()
    {
        // What has happened so far led to the path that there is.
        while (_ice.Events.TryRead(out _))
        {
        }

        await foreach (IceConnectionEvent happened in _ice.Events.ReadAllAsync().ConfigureAwait(false))
        {
            if (happened.Kind == IceConnectionEventKind.PathChanged) Do(static carrier => carrier.OnPathChanged());
            bool isBroken = happened.Kind == IceConnectionEventKind.RestartFailed
                || (happened.Kind == IceConnectionEventKind.StateChanged && happened.State is IceAgentState.Disconnected or IceAgentState.Failed);
            if (isBroken) Do(static carrier => carrier.Restart(carrier._clock.Now));
        }
    }

    private void OnPathChanged()
    {
        MonotonicTime now = _clock.Now;
        _calmAt = now;
        _path.OnPathChanged(now);
    }

    private void LookForSilence(MonotonicTime now)
    {
        if (now - _calmAt >= (IsInitiator ? InitiatorsPatience : OthersPatience)) Restart(now);
    }

    private void Restart(MonotonicTime now)
    {
        if (_path.IsClosed || (_restartedAt is { } last && now - last < BetweenRestarts)) return;

        _restartedAt = now;
        ThreadPool.UnsafeQueueUserWorkItem(static carrier => _ = carrier.RestartAsync(), this, preferLocal: false);
    }

    private async Task RestartAsync()
    {
        try
        {
            await _ice.RestartAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The connection was disposed of meanwhile.
        }
    }
}
