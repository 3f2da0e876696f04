namespace Traversal.Service.Configuration;

/// <summary>One option of the service: a flag, an environment variable and a key of the configuration file at once.</summary>
/// <param name="Name">The key, in lower case with dashes: flag <c>--name</c>, variable <c>TRAVERSAL_NAME</c>.</param>
/// <param name="Value">What a value looks like, for help texts: <c>MIN-MAX</c>.</param>
/// <param name="Help">What it does, in one line, with its default.</param>
/// <param name="Apply">Reads one value into the settings; throws <see cref="FormatException"/> with the reason where it can't be.</param>
public sealed record SettingKey(string Name, string Value, string Help, Action<ServiceSettings, string> Apply)
{
    /// <summary>Whether it may be given several times.</summary>
    public bool Repeats { get; init; }

    /// <summary>Whether its value is secret: never repeated in a message, and <c>@FILE</c> reads it from a file, one value a line.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether it is on or off: <c>true</c> or <c>false</c>; a flag without a value is on.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>The flag on the command line.</summary>
    public string Flag => "--" + Name;

    /// <summary>The environment variable: values of a repeated key are separated by commas, secret ones by line breaks.</summary>
    public string Variable => "TRAVERSAL_" + Name.Replace('-', '_').ToUpperInvariant();
}
