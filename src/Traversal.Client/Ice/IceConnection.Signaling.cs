using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client;

/// <content>What is told to the other side, and what it tells.</content>
public sealed partial class IceConnection
{
    private readonly Waker _outgoing = new();

    // Used while the machine is held.
    private readonly List<IceCandidate> _untold = [];
    private string? _toldUfrag;
    private bool _hasToldLast;

    private async Task SendSignalsAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (_driver.Do(static (machine, connection, now) => connection.NextSignal(machine, now), this) is { } signal)
                    await _signaling.SendAsync(signal, cancellationToken).ConfigureAwait(false);
                else
                    await _outgoing.SleepAsync(UntilWhole, _environment.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            OnSignalingFailed(failure);
        }
    }

    private async Task ReceiveSignalsAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _signaling.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } signal) Apply(signal);
            if (_driver.Do(static (machine, _, _) => machine.Agent.RemoteParameters is null, 0)) Finish(new IceOutcome(IceStatus.SignalingEnded));
        }
        catch (Exception failure)
        {
            OnSignalingFailed(failure);
        }
    }

    // It is the application's code: whatever it throws must not be lost, nor end the process.
    private void OnSignalingFailed(Exception failure)
    {
        if (_closing.IsCancellationRequested) return;

        ClientLog.SignalingFailed(_logger, failure);
        Finish(new IceOutcome(IceStatus.SignalingFailed) { Exception = failure });
    }

    private void Apply(IceSignal signal)
    {
        _driver.Do(
            static (machine, state, now) =>
            {
                (IceConnection connection, IceSignal signal) = state;
                machine.SetRemoteParameters(signal.Parameters, now);
                if (machine.Agent.RemoteParameters?.Ufrag != signal.Parameters.Ufrag) return false; // Broken, or sent before the other side knew of a restart.

                foreach (IceCandidate candidate in signal.Candidates.Take(IceSignal.MaxCandidates)) machine.AddRemoteCandidate(candidate, now);
                if (signal.IsLast) machine.EndRemoteCandidates(now);
                if (connection._toldUfrag is { } told && told != machine.Agent.LocalParameters.Ufrag) connection.SignalAnew(machine);
                return true;
            },
            (this, signal));
        _outgoing.Wake();
    }

    /// <summary>After a restart everything is told again.</summary>
    private void SignalAnew(ConnectivityMachine machine)
    {
        if (_toldUfrag is null) return;

        BeginAttempt();
        _toldUfrag = null;
        _hasToldLast = false;
        _untold.Clear();
        _untold.AddRange(machine.LocalCandidates);
    }

    private IceSignal? NextSignal(ConnectivityMachine machine, MonotonicTime now)
    {
        bool isWhole = _options.Signaling == SignalingMode.Whole;
        if (isWhole && (_hasToldLast || (!machine.HasFinishedGathering && now - _start < _options.GatheringTimeout))) return null;

        bool isLast = machine.HasFinishedGathering || isWhole;
        if (_toldUfrag is not null && _untold.Count == 0 && isLast == _hasToldLast) return null;

        var signal = new IceSignal(machine.Agent.LocalParameters, [.. _untold], isLast);
        _untold.Clear();
        (_toldUfrag, _hasToldLast) = (signal.Parameters.Ufrag, isLast);
        return signal;
    }

    private TimeSpan UntilWhole
    {
        get
        {
            TimeSpan left = _options.GatheringTimeout - (_driver.Now - _start);
            return _options.Signaling == SignalingMode.Whole && left > TimeSpan.Zero ? left : TimeSpan.MaxValue;
        }
    }
}
