using System.Globalization;

namespace Traversal.Stun.Tests;

/// <summary>Normalization Form C against the conformance test of the Unicode Character Database.</summary>
public class CanonicalFormTests
{
    // Names the whole of NormalizationTest.txt, unpacked; without it a sample is run.
    private static readonly string? WholeTest = Environment.GetEnvironmentVariable("TRAVERSAL_NORMALIZATION_TEST");

    [Fact]
    public void It_agrees_with_the_conformance_test()
    {
        int lines = 0;
        foreach (string line in File.ReadLines(WholeTest ?? Path.Combine(AppContext.BaseDirectory, "Unicode", "NormalizationSample.txt")))
        {
            if (line.Length == 0 || line[0] is '#' or '@') continue;

            int[][] columns = [.. line.Split(';').Take(5).Select(CodePoints)];
            Assert.Equal(columns[1], CanonicalForm.Compose(columns[0]));
            Assert.Equal(columns[1], CanonicalForm.Compose(columns[1]));
            Assert.Equal(columns[1], CanonicalForm.Compose(columns[2]));
            Assert.Equal(columns[3], CanonicalForm.Compose(columns[3]));
            Assert.Equal(columns[3], CanonicalForm.Compose(columns[4]));
            lines++;
        }

        Assert.True(lines > 400, $"Only {lines} lines were run.");
    }

    [Fact]
    public void The_framework_cannot_do_it_here() =>
        Assert.False(string.Equals("\u00E9", Framework("e\u0301"), StringComparison.Ordinal));

    private static string Framework(string text)
    {
        try
        {
            return text.Normalize();
        }
        catch (PlatformNotSupportedException)
        {
            return "not supported";
        }
    }

    private static int[] CodePoints(string column) =>
        [.. column.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
