using Traversal.Primitives;

namespace Traversal.Service.WebSockets;

/// <summary>Where TURN is spoken over WebSockets, written <c>ws://192.0.2.1:80</c> or <c>wss://192.0.2.1:443</c>.</summary>
/// <param name="IsSecure">Whether TLS is below, with the server's certificate.</param>
/// <param name="Address">The local address. Port 0 takes a free port.</param>
public readonly record struct WebSocketEndpoint(bool IsSecure, TransportAddress Address)
{
    /// <summary>The port of ws (RFC 6455 section 3).</summary>
    public const ushort DefaultPort = 80;

    /// <summary>The port of wss (RFC 6455 section 3).</summary>
    public const ushort DefaultSecurePort = 443;

    /// <summary>Reads <c>ws://ADDRESS[:PORT]</c> or <c>wss://ADDRESS[:PORT]</c>; an IPv6 address stands in brackets.</summary>
    public static bool TryParse(string? text, out WebSocketEndpoint endpoint)
    {
        endpoint = default;
        bool isSecure = text?.StartsWith("wss://", StringComparison.OrdinalIgnoreCase) ?? false;
        if (text is null || (!isSecure && !text.StartsWith("ws://", StringComparison.OrdinalIgnoreCase))) return false;

        ReadOnlySpan<char> rest = text.AsSpan(text.IndexOf("//", StringComparison.Ordinal) + 2);
        if (!TransportAddress.TryParse(rest, out TransportAddress address))
        {
            bool bracketed = rest.Length > 2 && rest[0] == '[' && rest[^1] == ']';
            if (!bracketed && rest.Contains(':')) return false;
            if (!TransportAddress.TryParseAddress(bracketed ? rest[1..^1] : rest, out address)) return false;
            address = address.WithPort(isSecure ? DefaultSecurePort : DefaultPort);
        }

        endpoint = new WebSocketEndpoint(isSecure, address);
        return true;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => (IsSecure ? "wss://" : "ws://") + Address;
}
