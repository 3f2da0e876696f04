using System.Runtime.InteropServices;

namespace Traversal.Cli.Serve;

/// <summary>
/// SIGTERM and Ctrl-C, once <see cref="Listen"/> was called: the first asks for a graceful stop, the second ends the wait for it. They are taken until
/// the process is gone: one that comes while the last things are being closed would else end it with the system's code instead of its own.
/// </summary>
internal static class StopSignal
{
    /// <summary>How long everything may take to close after the second signal.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly CancellationTokenSource RequestedSource = new();
    private static readonly CancellationTokenSource ForcedSource = new();
    private static readonly TaskCompletionSource Signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static readonly Timer Impatience = new(static _ => Environment.Exit(Exit.Failure("told twice to stop, and could not close everything in time")));
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Cancelled by the first signal.</summary>
    public static CancellationToken Requested => RequestedSource.Token;

    /// <summary>Cancelled by the second.</summary>
    public static CancellationToken Forced => ForcedSource.Token;

    /// <summary>From here on the signals do not end the process.</summary>
    public static void Listen()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT]) Registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Completes at the first signal.</summary>
    public static Task WaitAsync() => Signalled.Task;

    private static void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Signalled.TrySetResult())
        {
            RequestedSource.Cancel();
        }
        else if (!ForcedSource.IsCancellationRequested)
        {
            Impatience.Change(Patience, Timeout.InfiniteTimeSpan);
            ForcedSource.Cancel();
        }
    }
}
