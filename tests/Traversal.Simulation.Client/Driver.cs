namespace Traversal.Simulation.Client;

/// <summary>Runs something in a thread of its own: one of the pool would never see the pool at rest.</summary>
internal static class Driver
{
    public static Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        {
            IsBackground = true,
            Name = "Virtual time",
        };
        thread.Start();
        return done.Task;
    }
}
