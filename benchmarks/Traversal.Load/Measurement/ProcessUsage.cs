namespace Traversal.Load.Measurement;

/// <summary>What the kernel says a server has used so far: the sum over its processes.</summary>
/// <param name="CpuNanoseconds">Time on a processor, user and kernel, of all threads that are still alive.</param>
/// <param name="ResidentKilobytes">Resident memory (VmRSS).</param>
internal readonly record struct ProcessUsage(long CpuNanoseconds, long ResidentKilobytes);
