using System.Text.Encodings.Web;
using System.Text.Json;
using Traversal.Client;
using Traversal.Ice;
using Traversal.Stun;

namespace Traversal.Cli.Ice;

/// <summary>What was gathered, for programs: times in seconds.</summary>
internal static class IceJson
{
    public static void Write(IceReport report, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("works", report.Problem is null);
            if (report.Duration is { } duration) json.WriteNumber("time", duration.TotalSeconds);
            json.WriteStartArray("candidates");
            foreach (IceConnectionEvent gathered in report.Candidates) Write(gathered, json);
            json.WriteEndArray();
            json.WriteStartArray("failures");
            foreach (IceServerFailure failure in report.Failures) Write(failure, json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void Write(IceConnectionEvent gathered, Utf8JsonWriter json)
    {
        IceCandidate candidate = gathered.Candidate!;
        json.WriteStartObject();
        json.WriteNumber("time", gathered.After.TotalSeconds);
        json.WriteString("type", IceReport.KindOf(candidate));
        json.WriteString("address", candidate.Address.ToString());
        if (!candidate.RelatedAddress.IsNone) json.WriteString("related", candidate.RelatedAddress.ToString());
        if (!gathered.Server.IsNone) json.WriteString("server", gathered.Server.ToString());
        json.WriteNumber("priority", candidate.Priority);
        json.WriteString("candidate", candidate.ToString());
        json.WriteEndObject();
    }

    private static void Write(IceServerFailure failure, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("time", failure.After.TotalSeconds);
        json.WriteString("server", failure.Server.ToString());
        if (!failure.Address.IsNone) json.WriteString("address", failure.Address.ToString());
        json.WriteString("status", JsonNamingPolicy.CamelCase.ConvertName(failure.Status.ToString()));
        if (failure.Code != StunErrorCode.None) json.WriteNumber("error", (int)failure.Code);
        json.WriteString("text", failure.Text);
        json.WriteString("advice", IceReport.AdviceFor(failure));
        json.WriteEndObject();
    }
}
