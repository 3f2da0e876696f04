using System.Globalization;
using System.Security.Cryptography;

namespace Traversal.Benchmarks.Quick;

/// <summary>The comparison table in seconds: interleaved rounds, the best of each, beside limits scaled to this machine.</summary>
internal static class QuickTable
{
    private const int Rounds = 1500;

    // The HMACSHA1.HashData figure of the machine on which the limits were set.
    private const double ReferenceScale = 1745;

    private static int Sink;

    public static int Run(TextWriter output, string text)
    {
        var scale = new Measurement("HMACSHA1.HashData of 80 bytes", double.PositiveInfinity, static count =>
        {
            Span<byte> code = stackalloc byte[20];
            for (int i = 0; i < count; i++) Sink += HMACSHA1.HashData(Samples.KeyBytes, Samples.Eighty, code);
        });
        Measurement[] all =
        [
            scale,
            .. MessageMeasurements.All.Concat(TurnMeasurements.All).Concat(RelayMeasurements.Create())
                .Where(measurement => measurement.Name.Contains(text, StringComparison.OrdinalIgnoreCase)),
        ];

        foreach (Measurement measurement in all) measurement.WarmUp();
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Measurement measurement in all) measurement.Round();
        }

        return Print(output, all, scale.Nanoseconds / ReferenceScale);
    }

    private static int Print(TextWriter output, Measurement[] all, double scale)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"scale {scale:0.000} (HMACSHA1.HashData over {ReferenceScale} ns), best of {Rounds} rounds"));
        output.WriteLine();
        output.WriteLine("| operation | ns | millions a second | limit | limit here | allocated |");
        output.WriteLine("|---|---|---|---|---|---|");
        bool held = true;
        foreach (Measurement m in all)
        {
            string limits = double.IsInfinity(m.Limit) ? "- | -" : string.Create(CultureInfo.InvariantCulture, $"{m.Limit:0} | {m.Limit * scale:0.0}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {m.Name} | {m.Nanoseconds:0.0} | {1e3 / m.Nanoseconds:0.00} | {limits} | {m.Allocated:0} B |"));
            held &= m.Nanoseconds <= m.Limit * scale && (m.Allocated == 0 || double.IsInfinity(m.Limit));
        }

        output.WriteLine();
        output.WriteLine(held ? "every limit held" : "a limit was missed");
        return held ? 0 : 1;
    }
}
