using System.Globalization;

namespace Traversal.Benchmarks.Ice;

/// <summary>The figures of ICE: an agent's and a connection's.</summary>
internal static class IceFigures
{
    private const double MostOfRaw = 1.15;
    private const int BytesInMegabyte = 1 << 20;

    public static async Task<int> RunAsync(TextWriter output, int rounds)
    {
        double nanoseconds = AgentFigures.CheckCost(rounds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"checks answered: {nanoseconds,6:0} ns each, {1e9 / nanoseconds:N0} a second"));
        long bytes = AgentFigures.IdleBytes();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle agents:     {bytes,6} bytes each, {BytesInMegabyte / bytes} in a MB"));

        bool isCheap = true;
        foreach (int window in new[] { 1, 32 })
        {
            foreach (int length in new[] { 160, 1200 })
            {
                (double ours, double raw) = await ConnectionCost.MeasureAsync(window, length, rounds).ConfigureAwait(false);
                isCheap &= ours <= MostOfRaw * raw;
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{window,3} on the way, {length,5} B: {ours,6:0} ns of CPU sent and received, {raw,6:0} ns raw: {ours / raw:0.000}"));
            }
        }

        return isCheap ? 0 : 1;
    }
}
