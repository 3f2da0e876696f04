using System.Runtime.InteropServices;

namespace Traversal.Cli.Serve;

/// <summary>SIGTERM and Ctrl-C: the first asks for a graceful stop, the second ends the wait for it.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly CancellationTokenSource _forced = new();
    private readonly TaskCompletionSource _signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Cancelled by the second.</summary>
    public CancellationToken Forced => _forced.Token;

    /// <summary>Completes at the first signal.</summary>
    public Task WaitAsync() => _signalled.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _requested.Dispose();
        _forced.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_signalled.TrySetResult())
        {
            _requested.Cancel();
        }
        else
        {
            _forced.Cancel();
        }
    }
}
