using System.Globalization;
using System.Text;

namespace Traversal.Cli.Turn;

/// <summary>Round trips as columns, in eighths of a line; of several in one column the longest is shown, and a loss in any of them.</summary>
internal sealed class RoundTripPlot(RoundTrips trips, int width)
{
    private const int Height = 8;
    private const string Blocks = " ▁▂▃▄▅▆▇█";

    public IEnumerable<string> Lines
    {
        get
        {
            TimeSpan?[][] columns = [.. trips.Times.Chunk((trips.Sent + width - 1) / width)];
            for (int row = Height - 1; row >= 0; row--) yield return Label(row) + string.Concat(columns.Select(column => Cell(column, row)));
            yield return $"{"lost",10}   {string.Concat(columns.Select(column => column.Contains(null) ? "[red]×[/]" : " "))}";
        }
    }

    private string Label(int row)
    {
        string text = row == Height - 1 || row == 0 ? (trips.Most.TotalMilliseconds * (row == 0 ? 0 : 1)).ToString("0.0", CultureInfo.InvariantCulture) + " ms" : "";
        return $"{text,10} │ ";
    }

    private string Cell(TimeSpan?[] column, int row)
    {
        if (column.Max() is not { } longest || trips.Most <= TimeSpan.Zero) return " ";

        int eighths = Math.Max(1, (int)Math.Round(longest / trips.Most * Height * 8));
        char block = Blocks[Math.Clamp(eighths - row * 8, 0, 8)];
        return new StringBuilder("[green]").Append(block).Append("[/]").ToString();
    }
}
