using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Traversal.Ice;

namespace Traversal.Client;

/// <content>A signal as one line of JSON, which other programs understand too.</content>
public sealed partial record IceSignal
{
    private const int MaxTextLength = 64 << 10;
    private const double MaxPacingMilliseconds = 60_000;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The signal as <c>{"ufrag":"..","pwd":"..","candidates":["candidate:..", ..],"pacing":5,"options":"..","end":true}</c>. The password stands in it.
    /// </summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Compact))
        {
            json.WriteStartObject();
            json.WriteString("ufrag", Parameters.Ufrag);
            json.WriteString("pwd", Parameters.Password);
            json.WriteStartArray("candidates");
            foreach (IceCandidate candidate in Candidates) json.WriteStringValue(candidate.ToString());
            json.WriteEndArray();
            if (Parameters.Pacing is { } pacing) json.WriteNumber("pacing", (long)pacing.TotalMilliseconds);
            json.WriteString("options", Parameters.Options);
            if (Parameters.IsLite) json.WriteBoolean("lite", true);
            json.WriteBoolean("end", IsLast);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>
    /// Reads what <see cref="ToJson"/> writes, or what others write with <c>ufrag</c>, <c>pwd</c> and <c>candidates</c> alone. Whatever else it says is ignored,
    /// and so are candidates that break the grammar.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="isLast">Whether there will be no more candidates where the text does not say.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IceSignal? signal, bool isLast = true)
    {
        signal = null;
        if (text is null || text.Length > MaxTextLength) return false;

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return TryRead(document.RootElement, isLast, out signal);
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false; // A text in it is no Unicode.
        }
    }

    private static bool TryRead(JsonElement root, bool isLast, [NotNullWhen(true)] out IceSignal? signal)
    {
        signal = null;
        if (root.ValueKind != JsonValueKind.Object || TextOf(root, "ufrag") is not { } ufrag || TextOf(root, "pwd") is not { } password) return false;

        bool hasPacing = root.TryGetProperty("pacing", out JsonElement pacing) && pacing.ValueKind == JsonValueKind.Number;
        double milliseconds = hasPacing && pacing.TryGetDouble(out double said) && said is >= 0 and <= MaxPacingMilliseconds ? said : -1;
        var parameters = new IceParameters
        {
            Ufrag = ufrag,
            Password = password,
            IsLite = IsTrue(root, "lite") ?? false,
            SupportsRenomination = TextOf(root, "options")?.Split(' ').Contains("renomination", StringComparer.Ordinal) ?? false,
            Pacing = milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds),
        };
        if (!parameters.IsWellFormed) return false;

        signal = new IceSignal(parameters, ReadCandidates(root), IsTrue(root, "end") ?? isLast);
        return true;
    }

    private static List<IceCandidate> ReadCandidates(JsonElement root)
    {
        var candidates = new List<IceCandidate>();
        if (!root.TryGetProperty("candidates", out JsonElement lines) || lines.ValueKind != JsonValueKind.Array) return candidates;

        foreach (JsonElement line in lines.EnumerateArray())
        {
            if (candidates.Count == MaxCandidates) break;
            if (line.ValueKind == JsonValueKind.String && IceCandidate.TryParse(line.GetString(), out IceCandidate? candidate)) candidates.Add(candidate!);
        }

        return candidates;
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? IsTrue(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
}
