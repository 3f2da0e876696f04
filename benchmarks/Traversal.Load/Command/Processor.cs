using System.Diagnostics;
using System.Runtime;
using Traversal.Load.Native;

namespace Traversal.Load.Command;

/// <summary>Makes this process fit to measure with.</summary>
internal static class Processor
{
    /// <summary>Pins the process where that is asked for, and makes its timers punctual and its collector patient.</summary>
    public static void Prepare(int? cpu)
    {
        PreciseTimer.BePunctual();
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        if (cpu is null || !OperatingSystem.IsLinux()) return;

        using Process self = Process.GetCurrentProcess();
        self.ProcessorAffinity = 1 << cpu.Value;
    }
}
