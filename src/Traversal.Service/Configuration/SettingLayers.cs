using System.Text.Json;
using Traversal.Server;

namespace Traversal.Service.Configuration;

/// <summary>
/// Values from file, environment and flags, in rising precedence: a key that a later layer names replaces all that an earlier one said of it.
/// </summary>
public sealed class SettingLayers
{
    private readonly Dictionary<string, (string Source, List<string> Values)> _given = new(StringComparer.Ordinal);

    /// <summary>Adds the values of one key from one source.</summary>
    /// <param name="key">The key.</param>
    /// <param name="source">How the operator would name the place: <c>--listen</c>, or <c>listen in traversal.json</c>.</param>
    /// <param name="values">The values as given.</param>
    public void Set(SettingKey key, string source, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(values);
        _given[key.Name] = (source, values.ToList());
    }

    /// <summary>Adds every <c>TRAVERSAL_</c> variable that is set.</summary>
    /// <param name="read">Reads an environment variable, null where it is not set.</param>
    public void AddEnvironment(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        foreach (SettingKey key in SettingKeys.All)
        {
            if (read(key.Variable) is not { Length: > 0 } value) continue;
            IEnumerable<string> values = key.Repeats
                ? value.Split(key.IsSecret ? '\n' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                : [value];
            Set(key, key.Variable, values);
        }
    }

    /// <summary>Adds a configuration file: a JSON object whose keys are the options' names; comments and trailing commas are allowed.</summary>
    /// <exception cref="SettingsException">The file can't be read, is not JSON, or has an unknown key, one twice, or a value of the wrong kind.</exception>
    public void AddFile(string path)
    {
        string name = Path.GetFileName(path);
        using JsonDocument document = ReadJson(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new SettingsException($"--config: {name} is not a JSON object");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (string.Equals(property.Name, "$schema", StringComparison.Ordinal)) continue;
            string source = $"{property.Name} in {name}";
            SettingKey key = SettingKeys.Find(property.Name) ?? throw new SettingsException($"{source}: there is no such option");
            if (!seen.Add(key.Name)) throw new SettingsException($"{source}: it is given more than once");
            Set(key, source, ReadValues(key, property.Value, source));
        }
    }

    /// <summary>Reads what was given into settings, and checks the whole.</summary>
    /// <exception cref="SettingsException">A value can't be read, or two of them contradict each other.</exception>
    public ServiceSettings Build()
    {
        var settings = new ServiceSettings();
        foreach (SettingKey key in SettingKeys.All)
        {
            if (!_given.TryGetValue(key.Name, out (string Source, List<string> Values) given)) continue;
            if (!key.Repeats && given.Values.Count > 1) throw new SettingsException($"{given.Source}: it is given more than once");
            foreach (string value in key.IsSecret ? given.Values.SelectMany(v => ReadSecret(v, given.Source)) : given.Values)
            {
                try
                {
                    key.Apply(settings, value);
                }
                catch (FormatException reason)
                {
                    throw new SettingsException($"{given.Source}: {reason.Message}");
                }
            }
        }

        settings.Complete();
        CheckUse(settings);
        return settings;
    }

    // What no listener has a use for was meant for one that is missing.
    private void CheckUse(ServiceSettings settings)
    {
        bool hasStreams = settings.WebSockets.Count > 0 || settings.Server.Listeners.Any(listener => listener.Transport != ListenTransport.Udp);
        if (settings.Origins.Count > 0 && settings.WebSockets.Count == 0)
            throw new SettingsException($"{_given["origin"].Source}: a listener on ws:// or wss:// is needed with it");
        if (settings.Server.TokenServerName is not null && settings.Server.TokenKeys.Count == 0)
            throw new SettingsException($"{_given["token-server-name"].Source}: a token key is needed with it");
        if (settings.AutomaticRelayAddresses.Count > 0 && settings.StunServer is null)
            throw new SettingsException($"{_given["relay-address"].Source}: auto needs a STUN server to ask; name one with --stun-server");
        if (settings.StunServer is not null && settings.AutomaticRelayAddresses.Count == 0)
            throw new SettingsException($"{_given["stun-server"].Source}: a relay address that has auto for its external form is needed with it");
        if (settings.Server.Relay.TcpRelay && !hasStreams)
            throw new SettingsException($"{_given["tcp-relay"].Source}: a listener on TCP or TLS is needed with it");
        if (settings.Server.CertificateFile is not null && !hasStreams)
            throw new SettingsException($"{_given["certificate"].Source}: a listener on TCP or TLS is needed with it");
    }

    private static string[] ReadSecret(string value, string source)
    {
        if (!value.StartsWith('@')) return [value];
        try
        {
            string[] lines = File.ReadAllLines(value[1..]).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
            return lines.Length > 0 ? lines : throw new SettingsException($"{source}: the file {value[1..]} is empty");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException($"{source}: the file {value[1..]} can't be read");
        }
    }

    private static JsonDocument ReadJson(string path)
    {
        try
        {
            return JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException problem)
        {
            throw new SettingsException($"--config: {Path.GetFileName(path)} is not JSON at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException($"--config: the file {path} can't be read");
        }
    }

    private static List<string> ReadValues(SettingKey key, JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Array) return [ReadScalar(element, source)];
        if (!key.Repeats) throw new SettingsException($"{source}: one value is expected, not a list");
        return element.EnumerateArray().Select(item => ReadScalar(item, source)).ToList();
    }

    private static string ReadScalar(JsonElement element, string source) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw new SettingsException($"{source}: a text or a number is expected"),
    };
}
