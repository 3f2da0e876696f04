using System.Diagnostics;

namespace Traversal.Simulation.Client;

/// <summary>
/// Sees when the thread pool is at rest: nothing runs in it and nothing waits to run. Only a thread that is not of the pool can see that, and only of work that
/// the pool itself or that thread begins.
/// </summary>
/// <remarks>
/// A worker counts as active from before it takes its first work item until it has found no more. So if none is active, and none was queued a moment before, then
/// one that runs or waits now was queued in between by another that has ended in between, which the count of completed items shows. What is left is a worker that
/// the pool retires while it has work queued for itself: it counts as inactive for the moment in which it hands that over. Hence the second look.
/// </remarks>
internal static class PoolRest
{
    private const int Looks = 2;

    // Most of what a packet sets off is done in less; and a thread that waits for TLS is in nobody's way.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50), YieldTime = TimeSpan.FromMilliseconds(1);

    /// <summary>Waits until the pool is at rest.</summary>
    /// <param name="patience">How long, by the system's clock.</param>
    /// <returns>Whether it is.</returns>
    public static bool Wait(TimeSpan patience)
    {
        long began = Stopwatch.GetTimestamp();
        int looks = 0;
        while (looks < Looks)
        {
            if (IsAtRest())
            {
                looks++;
                continue;
            }

            looks = 0;
            TimeSpan waited = Stopwatch.GetElapsedTime(began);
            if (waited > patience) return false;
            Pause(waited);
        }

        return true;
    }

    private static bool IsAtRest()
    {
        long completed = ThreadPool.CompletedWorkItemCount;
        if (ThreadPool.PendingWorkItemCount != 0) return false;

        ThreadPool.GetMaxThreads(out int all, out _);
        ThreadPool.GetAvailableThreads(out int inactive, out _);
        return inactive == all && ThreadPool.PendingWorkItemCount == 0 && ThreadPool.CompletedWorkItemCount == completed;
    }

    private static void Pause(TimeSpan waited)
    {
        if (waited < SpinTime)
            Thread.SpinWait(20);
        else if (waited < YieldTime)
            Thread.Yield();
        else
            Thread.Sleep(1);
    }
}
