using Traversal.Primitives;

namespace Traversal.Server;

/// <summary>Where the server listens: a transport, an IP address and a port, written <c>udp://192.0.2.1:3478</c>.</summary>
/// <param name="Transport">How clients reach it.</param>
/// <param name="Address">The local address. Port 0 takes a free port, which the started server names.</param>
public readonly record struct ListenEndpoint(ListenTransport Transport, TransportAddress Address)
{
    /// <summary>The port of STUN and TURN over UDP and TCP (RFC 8656 section 5).</summary>
    public const ushort DefaultPort = 3478;

    /// <summary>The port of STUN and TURN over TLS (RFC 8656 section 5).</summary>
    public const ushort DefaultTlsPort = 5349;

    /// <summary>
    /// Reads <c>udp://ADDRESS[:PORT]</c>, <c>tcp://ADDRESS[:PORT]</c> or <c>tls://ADDRESS[:PORT]</c>; an IPv6 address stands in brackets, the port
    /// defaults to 3478, that of TLS to 5349.
    /// </summary>
    /// <returns>Whether <paramref name="text"/> is of that form. Host names are refused: a listener is on an address.</returns>
    public static bool TryParse(string? text, out ListenEndpoint endpoint)
    {
        endpoint = default;
        int separator = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (separator < 0 || !TryParseTransport(text!.AsSpan(0, separator), out ListenTransport transport)) return false;

        ReadOnlySpan<char> rest = text.AsSpan(separator + 3);
        if (!TransportAddress.TryParse(rest, out TransportAddress address))
        {
            bool bracketed = rest.Length > 2 && rest[0] == '[' && rest[^1] == ']';
            if (!bracketed && rest.Contains(':')) return false;
            if (!TransportAddress.TryParseAddress(bracketed ? rest[1..^1] : rest, out TransportAddress bare)) return false;
            address = bare.WithPort(transport == ListenTransport.Tls ? DefaultTlsPort : DefaultPort);
        }

        endpoint = new ListenEndpoint(transport, address);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException"><paramref name="text"/> is not of that form.</exception>
    public static ListenEndpoint Parse(string text) =>
        TryParse(text, out ListenEndpoint endpoint) ? endpoint : throw new FormatException($"'{text}' is not udp://ADDRESS:PORT, tcp://ADDRESS:PORT or tls://ADDRESS:PORT.");

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{SchemeOf(Transport)}://{Address}";

    /// <summary>The same with another port.</summary>
    internal ListenEndpoint WithPort(ushort port) => this with { Address = Address.WithPort(port) };

    private static bool TryParseTransport(ReadOnlySpan<char> scheme, out ListenTransport transport)
    {
        foreach (ListenTransport candidate in Enum.GetValues<ListenTransport>())
        {
            transport = candidate;
            if (scheme.Equals(SchemeOf(candidate), StringComparison.OrdinalIgnoreCase)) return true;
        }

        transport = default;
        return false;
    }

    private static string SchemeOf(ListenTransport transport) => transport switch
    {
        ListenTransport.Udp => "udp",
        ListenTransport.Tcp => "tcp",
        _ => "tls",
    };
}
