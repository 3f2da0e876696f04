using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Traversal.Load.Command;

/// <summary>Where a report goes: a table on standard output, JSON to a file, or JSON to standard output.</summary>
internal sealed class ReportOutput(string? jsonPath)
{
    public void Write<T>(T report, JsonTypeInfo<T> json, Func<T, string> table)
    {
        if (string.Equals(jsonPath, "-", StringComparison.Ordinal))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, json));
            return;
        }

        Console.Out.Write(table(report));
        if (jsonPath is not null) File.WriteAllText(jsonPath, JsonSerializer.Serialize(report, json) + "\n");
    }
}
