using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>When a timer fires, and how often after that (<c>itimerspec</c> of the 64-bit systems).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimerSetting
{
    public long IntervalSeconds;
    public long IntervalNanoseconds;
    public long Seconds;
    public long Nanoseconds;
}
