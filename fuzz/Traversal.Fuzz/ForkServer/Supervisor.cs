using System.Diagnostics;
using System.Globalization;

namespace Traversal.Fuzz;

/// <summary>
/// The process that afl-fuzz started. A runtime cannot be forked, so runs happen one after the other in a worker, a second instance of this
/// program, which inherits the pipes and speaks with afl-fuzz itself. The supervisor only waits: when a worker dies in a run, by afl-fuzz's hand
/// after a timeout or by its own in a crash, it reports the status and starts the next one.
/// </summary>
internal static class Supervisor
{
    /// <summary>A shell's way to say by which signal a process ended, and the framework's.</summary>
    private const int SignalExitCode = 128;

    // Garbage of a few hundred runs is collected at once.
    private const string YoungestGenerationVariable = "DOTNET_GCgen0size", YoungestGenerationBytes = "0x4000000";

    /// <summary>Whether afl-fuzz is at the other end.</summary>
    public static bool IsWanted => Path.Exists($"/proc/self/fd/{Protocol.StatusDescriptor}");

    /// <summary>Serves until afl-fuzz ends.</summary>
    /// <returns>The exit code: that of a worker which could not begin, otherwise 0.</returns>
    public static int Run(FuzzTarget target)
    {
        using var state = WorkerState.Create();
        while (true)
        {
            int exitCode = RunWorker(target, state);
            bool died = exitCode > SignalExitCode;
            if (!died || !state.Greeted) return exitCode;
            if (!state.Running) continue;

            state.Running = false;
            if (!LibC.TryWriteWord(Protocol.StatusDescriptor, (uint)(exitCode - SignalExitCode))) return 0;
        }
    }

    private static int RunWorker(FuzzTarget target, WorkerState state)
    {
        string[] arguments = ["worker", target.Name, state.Descriptor.ToString(CultureInfo.InvariantCulture)];
        string program = Environment.ProcessPath!;
        bool hosted = string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.Ordinal);
        string[] host = hosted ? [typeof(Supervisor).Assembly.Location] : [];

        var start = new ProcessStartInfo(program, [.. host, .. arguments]) { UseShellExecute = false };
        start.Environment[YoungestGenerationVariable] = YoungestGenerationBytes;
        using Process worker = Process.Start(start)!;
        worker.WaitForExit();
        return worker.ExitCode;
    }
}
