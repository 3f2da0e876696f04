using System.Globalization;
using System.Runtime.InteropServices;

namespace Traversal.Fuzz;

/// <summary>
/// The coverage map: one counter for each edge of the instrumented code. It is afl-fuzz's shared memory where there is one, otherwise memory of
/// this process.
/// </summary>
#pragma warning disable CA1515 // Instrumented assemblies reach into it.
public static unsafe class EdgeMap
{
    /// <summary>The most edges that instrumentation may number.</summary>
    public const int Capacity = 1 << 20;

    /// <summary>The number of the edge that every run has, so that no run looks as if there were no instrumentation.</summary>
    internal const int AnyRun = 0;

    /// <summary>afl-fuzz's name for the segment.</summary>
    private const string SegmentVariable = "__AFL_SHM_ID";

    /// <summary>
    /// The counters. The just-in-time compiler makes the address a constant, as the field is set before any instrumented code is compiled.
    /// </summary>
#pragma warning disable CA2211 // It is read only, and the code that counts has to name it.
    public static readonly byte* Counters = Attach();
#pragma warning restore CA2211

    /// <summary>The first <paramref name="edges"/> counters.</summary>
    internal static Span<byte> First(int edges) => new(Counters, edges);

    private static byte* Attach() =>
        int.TryParse(Environment.GetEnvironmentVariable(SegmentVariable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int segment)
            ? (byte*)LibC.Attach(segment)
            : (byte*)NativeMemory.AllocZeroed(Capacity);
}
