using System.Globalization;
using Traversal.Primitives;

namespace Traversal.Load.Compare;

/// <summary>A running server of a comparison.</summary>
internal sealed record ServerUnderTest(string Name, int ProcessId, TransportAddress Address)
{
    /// <summary>Reads <c>NAME=PID@ADDRESS:PORT</c>.</summary>
    public static bool TryParse(string text, out ServerUnderTest? server)
    {
        server = null;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        if (equals <= 0 || at < equals) return false;

        if (!int.TryParse(text.AsSpan(equals + 1, at - equals - 1), CultureInfo.InvariantCulture, out int processId)) return false;
        if (!TransportAddress.TryParse(text.AsSpan(at + 1), out TransportAddress address)) return false;

        server = new ServerUnderTest(text[..equals], processId, address);
        return true;
    }
}
