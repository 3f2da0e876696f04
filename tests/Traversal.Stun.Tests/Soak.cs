using System.Globalization;

namespace Traversal.Stun.Tests;

/// <summary>How many cases a random test runs: a few by default, <c>TRAVERSAL_SOAK</c> times as many when asked for more.</summary>
internal static class Soak
{
    private static readonly double Multiplier =
        double.TryParse(Environment.GetEnvironmentVariable("TRAVERSAL_SOAK"), CultureInfo.InvariantCulture, out double value) ? value : 1;

    public static int Cases(int byDefault) => (int)Math.Max(1, byDefault * Multiplier);
}
