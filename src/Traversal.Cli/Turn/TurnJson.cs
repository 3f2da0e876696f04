using System.Text.Json;
using Traversal.Stun;

namespace Traversal.Cli.Turn;

/// <summary>What the check found, for programs: times in seconds.</summary>
internal static class TurnJson
{
    public static void Write(TurnReport report, Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("server", report.Server);
            json.WriteBoolean("works", report.Failure is null);
            if (report.Failure is { } failure) json.WriteString("failure", failure);
            if (report.Outcome is { } outcome)
            {
                json.WriteString("status", JsonNamingPolicy.CamelCase.ConvertName(outcome.Status.ToString()));
                if (outcome.Code != StunErrorCode.None) json.WriteNumber("error", (int)outcome.Code);
                if (outcome.Server is { } server) json.WriteString("endpoint", server.ToString());
            }

            if (report.Relayed is not null) json.WriteString("relayed", report.Relayed);
            if (report.Mapped is not null) json.WriteString("mapped", report.Mapped);
            WriteMeasurements(report, json);
            json.WriteStartArray("steps");
            foreach (TurnStep step in report.Steps) Write(step, json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void WriteMeasurements(TurnReport report, Utf8JsonWriter json)
    {
        if (report.RoundTrips is { } trips)
        {
            json.WriteStartObject("echo");
            json.WriteNumber("sent", trips.Sent);
            json.WriteNumber("received", trips.Received);
            json.WriteNumber("least", trips.Least.TotalSeconds);
            json.WriteNumber("median", trips.Median.TotalSeconds);
            json.WriteNumber("p95", trips.Quantile(0.95).TotalSeconds);
            json.WriteNumber("most", trips.Most.TotalSeconds);
            json.WriteEndObject();
        }

        if (report.Throughput is not { } load) return;

        json.WriteStartObject("rate");
        json.WriteNumber("packetsPerSecond", load.PacketsPerSecond);
        json.WriteNumber("megabitsPerSecond", load.MegabitsPerSecond);
        json.WriteEndObject();
    }

    private static void Write(TurnStep step, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Name);
        json.WriteBoolean("ok", step.IsOk);
        json.WriteNumber("time", step.Time.TotalSeconds);
        json.WriteString("text", step.Text);
        json.WriteEndObject();
    }
}
