using System.Diagnostics;
using Traversal.Client.Peers;

namespace Traversal.Client;

/// <content>From nothing to a session, and away from it.</content>
public sealed partial class PeerConnection
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isGivenUp;

    private async Task<PeerOutcome> ConnectOnceAsync()
    {
        // The application's signalling may do whatever it likes; nothing of it runs in the caller's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using Activity? activity = ClientTelemetry.Activities.StartActivity("peer.connect", ActivityKind.Client);
        long began = _environment.Time.GetTimestamp();
        PeerOutcome outcome;
        try
        {
            _race.Start();
            outcome = await TryWaysAsync().ConfigureAwait(false) with { Ice = _race.Outcome };
        }
        catch (OperationCanceledException)
        {
            outcome = new PeerOutcome(PeerStatus.Closed);
        }

        activity?.SetTag("outcome", outcome.Status.ToString());
        activity?.SetStatus(outcome.IsConnected ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        ClientTelemetry.PeerConnections.Add(1, new KeyValuePair<string, object?>("outcome", outcome.Status.ToString()));
        ClientLog.PeerConnected(_logger, outcome.Status);
        if (outcome.IsConnected) ClientTelemetry.PeerConnectTime.Record(_environment.Time.GetElapsedTime(began).TotalSeconds);
        else await GiveUpAsync().ConfigureAwait(false);
        return outcome;
    }

    /// <summary>A way that breaks is no answer as long as there may be another; what the other side proves, or says, is.</summary>
    private async Task<PeerOutcome> TryWaysAsync()
    {
        PeerOutcome? last = null;
        while (await _race.NextAsync(_closing.Token).ConfigureAwait(false) is { } carrier)
        {
            using var time = new CancellationTokenSource(_options.HandshakeTimeout, _environment.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, _closing.Token);
            try
            {
                PeerOutcome outcome = await TryAsync(carrier, both.Token).ConfigureAwait(false);
                if (outcome.IsConnected) await _race.EndAsync(carrier).ConfigureAwait(false);
                return outcome;
            }
            catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
            {
                last = new PeerOutcome(PeerStatus.TimedOut);
            }
            catch (IOException broken)
            {
                last = new PeerOutcome(PeerStatus.HandshakeFailed) { Exception = broken };
            }

            await _race.DropAsync(carrier).ConfigureAwait(false);
        }

        _closing.Token.ThrowIfCancellationRequested();
        return last ?? new PeerOutcome(_race.Outcome?.Status is IceStatus.SignalingEnded or IceStatus.SignalingFailed ? PeerStatus.SignalingFailed : PeerStatus.NoPath);
    }

    private async Task<PeerOutcome> TryAsync(PeerCarrier carrier, CancellationToken cancellationToken)
    {
        if (carrier.IsInitiator) await carrier.ChooseAsync(cancellationToken).ConfigureAwait(false);
        (TlsSession? tls, PeerOutcome? failure) = await PeerTls.OpenAsync(carrier, _options, cancellationToken).ConfigureAwait(false);
        if (failure is not null) return failure;

        var session = new PeerSession(carrier, tls!, _options, _environment);
        session.Start();
        PeerOutcome outcome;
        try
        {
            outcome = await session.GreetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is OperationCanceledException or IOException)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        if (!outcome.IsConnected)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            return outcome;
        }

        _remote = outcome.Remote;
        Volatile.Write(ref _session, session);
        ClientTelemetry.PeerLive.Add(1);
        _ = FollowAsync(session);
        return outcome;
    }

    private async Task FollowAsync(PeerSession session)
    {
        await session.Over.ConfigureAwait(false);
        ClientTelemetry.PeerLive.Add(-1);
        ClientLog.PeerClosed(_logger, session.Failure!.Reason);
        await GiveUpAsync().ConfigureAwait(false);
    }

    private async Task GiveUpAsync()
    {
        if (Interlocked.Exchange(ref _isGivenUp, 1) == 0)
        {
            await _closing.CancelAsync().ConfigureAwait(false);
            if (Session is { } session) await session.DisposeAsync().ConfigureAwait(false);
            await _race.DisposeAsync().ConfigureAwait(false);
            _closed.TrySetResult();
        }

        await _closed.Task.ConfigureAwait(false);
    }
}
