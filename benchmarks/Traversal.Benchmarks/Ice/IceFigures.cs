using System.Globalization;

namespace Traversal.Benchmarks.Ice;

/// <summary>The figures of ICE: an agent's and a connection's.</summary>
internal static class IceFigures
{
    private const double MostOfRaw = 1.15;
    private const int BytesInMegabyte = 1 << 20;

    private static readonly (string, ExchangeOrder, int[], Func<ExchangeShape, int, Task<CostRatio>>)[] Regimes =
    [
        ("received when it is there, so that nobody ever waits", ExchangeOrder.SendFirst, [1, 32], ConnectionCost.MeasureHereAsync),
        ("received before it is sent", ExchangeOrder.ReceiveFirst, [1, 32], ConnectionCost.MeasureHereAsync),
        ("of two ends that send in turn", ExchangeOrder.InTurn, [1], ConnectionCost.MeasureHereAsync),
        ("there and back by another program", ExchangeOrder.SendFirst, [1, 32], ConnectionCost.MeasureWithEchoAsync),
    ];

    public static async Task<int> RunAsync(TextWriter output, int rounds)
    {
        double nanoseconds = AgentFigures.CheckCost(rounds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"checks answered: {nanoseconds,6:0} ns each, {1e9 / nanoseconds:N0} a second"));
        long bytes = AgentFigures.IdleBytes();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle agents:     {bytes,6} bytes each, {BytesInMegabyte / bytes} in a MB"));

        bool isCheap = true;
        foreach ((string name, ExchangeOrder order, int[] windows, Func<ExchangeShape, int, Task<CostRatio>> measure) in Regimes)
        {
            output.WriteLine($"a datagram, {name}:");
            foreach (int window in windows)
            {
                foreach (int length in new[] { 160, 1200 })
                {
                    CostRatio cost = await measure(new ExchangeShape(window, length, order), rounds).ConfigureAwait(false);
                    isCheap &= cost.Ratio <= MostOfRaw;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{window,3} on the way, {length,5} B: {cost}"));
                }
            }
        }

        return isCheap ? 0 : 1;
    }
}
