namespace Traversal.Fuzz;

/// <summary>Runs the test cases of afl-fuzz, one after the other, and says how each ended.</summary>
internal static class Worker
{
    /// <summary>Enough that nothing happens for the first time when afl-fuzz begins to compare runs.</summary>
    private const int WarmUpRounds = 3;

    /// <summary>Serves until afl-fuzz closes the pipe.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(FuzzTarget target, WorkerState state)
    {
        // A worker that hangs must not outlive its supervisor.
        LibC.DieWithParent(Protocol.SignalKill);
        int edges = Math.Max(EdgeList.Load().Count, 1);
        WarmUp(target);

        // After a restart afl-fuzz has cleared the map for the next run already.
        EdgeMap.First(edges).Clear();
        var input = TestCase.Open();
        if (!state.Greeted && !Greet(input, edges)) return 1;

        state.Greeted = true;
        while (LibC.TryReadWord(Protocol.ControlDescriptor, out _))
        {
            state.Running = true;
            if (!LibC.TryWriteWord(Protocol.StatusDescriptor, (uint)Environment.ProcessId)) return 0;
            uint status = RunOnce(target, input);
            if (!LibC.TryWriteWord(Protocol.StatusDescriptor, status)) return 0;
            state.Running = false;
        }

        return 0;
    }

    private static bool Greet(TestCase input, int edges)
    {
        uint greeting = Protocol.Greeting(edges, input.IsShared);
        return LibC.TryWriteWord(Protocol.StatusDescriptor, greeting) && (!input.IsShared || LibC.TryReadWord(Protocol.ControlDescriptor, out _));
    }

    // An exception is a crash to afl-fuzz; the process itself goes on, as a target keeps nothing that the exception could have spoilt.
    private static uint RunOnce(FuzzTarget target, TestCase input)
    {
        EdgeMap.First(1)[EdgeMap.AnyRun] = 1;
        return Try(target, input.Read(), report: true) ? Protocol.Stopped : Protocol.Aborted;
    }

    private static bool Try(FuzzTarget target, ReadOnlySpan<byte> input, bool report)
    {
        try
        {
            target.Fuzz(input);
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, it is a finding.
        catch (Exception finding)
#pragma warning restore CA1031
        {
            if (report) Console.Error.WriteLine(finding);
            return false;
        }
    }

    private static void WarmUp(FuzzTarget target)
    {
        for (int round = 0; round < WarmUpRounds; round++)
        {
            foreach (Seed seed in target.Seeds()) Try(target, seed.Bytes, report: false);
        }
    }
}
