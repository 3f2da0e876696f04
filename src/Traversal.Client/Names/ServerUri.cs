using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>
/// The URI of a STUN or TURN server: <c>stun:HOST[:PORT]</c> (RFC 7064) or <c>turn:HOST[:PORT][?transport=NAME]</c> (RFC 7065), each with an <c>s</c>
/// for TLS. These are not hierarchical, and no credential stands in them.
/// </summary>
public sealed record ServerUri
{
    private const ushort PlainPort = 3478;
    private const ushort SecurePort = 5349;
    private const string TransportParameter = "?transport=";

    /// <summary>Creates a URI of its parts.</summary>
    /// <param name="scheme">What it begins with.</param>
    /// <param name="host">A name, or an address without brackets.</param>
    /// <param name="port">The port; null for what the DNS says, or else the default.</param>
    /// <param name="transport">The transport's name, of a TURN server; null for whichever works.</param>
    /// <exception cref="ArgumentException">The host is neither a name nor an address, or another part is not one.</exception>
    public ServerUri(ServerScheme scheme, string host, ushort? port = null, string? transport = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (!IsHost(host, out TransportAddress address)) throw new ArgumentException($"'{host}' is neither a name nor an address.", nameof(host));
        if (port == 0) throw new ArgumentException("There is no port 0.", nameof(port));
        if (transport is not null && (scheme is ServerScheme.Stun or ServerScheme.Stuns || !IsToken(transport)))
            throw new ArgumentException($"'{transport}' is no transport of such a server.", nameof(transport));
        (Scheme, Host, Port, Transport, Address) = (scheme, host, port, transport, address);
    }

    /// <summary>What it begins with.</summary>
    public ServerScheme Scheme { get; }

    /// <summary>The name, or the address without brackets.</summary>
    public string Host { get; }

    /// <summary>The port, if it says one.</summary>
    public ushort? Port { get; }

    /// <summary>The transport, if it says one: <c>udp</c>, <c>tcp</c>, or a name that nobody here knows.</summary>
    public string? Transport { get; }

    /// <summary>Whether TLS is wanted.</summary>
    public bool IsSecure => Scheme is ServerScheme.Stuns or ServerScheme.Turns;

    /// <summary>Whether it is a TURN server.</summary>
    public bool IsTurn => Scheme is ServerScheme.Turn or ServerScheme.Turns;

    /// <summary>The port of servers that say none: 3478, or 5349 with TLS (RFC 8489 section 18.6).</summary>
    public ushort DefaultPort => IsSecure ? SecurePort : PlainPort;

    /// <summary>The host as an address with port 0; the default value if it is a name.</summary>
    internal TransportAddress Address { get; }

    /// <summary>Reads a URI.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ServerUri? uri)
    {
        uri = null;
        int colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && Enum.TryParse(text![..colon], ignoreCase: true, out ServerScheme scheme) && char.IsAsciiLetter(text[0])
            && TryParseRest(text[(colon + 1)..], scheme, out uri);
    }

    /// <summary>Reads a URI, or <c>HOST[:PORT]</c> as people type it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="assumed">The scheme where there is none.</param>
    /// <param name="uri">The URI.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, ServerScheme assumed, [NotNullWhen(true)] out ServerUri? uri) =>
        TryParse(text, out uri) || (text is not null && TryParseRest(text, assumed, out uri));

    /// <inheritdoc cref="TryParse(string?, out ServerUri?)"/>
    /// <exception cref="FormatException"><paramref name="text"/> is none.</exception>
    public static ServerUri Parse(string text) => TryParse(text, out ServerUri? uri) ? uri : throw new FormatException(
        $"'{text}' is no URI of a STUN or TURN server, such as stun:example.org:3478, turns:example.org or turn:example.org?transport=tcp: there are no slashes, and no transport with STUN.");

    /// <summary>The URI as text.</summary>
    public override string ToString()
    {
        string host = Address.IsIPv6 ? $"[{Host}]" : Host;
        string port = Port is { } number ? string.Create(CultureInfo.InvariantCulture, $":{number}") : "";
        return $"{Scheme.ToString().ToLowerInvariant()}:{host}{port}{(Transport is null ? "" : TransportParameter + Transport)}";
    }

    private static bool TryParseRest(string rest, ServerScheme scheme, [NotNullWhen(true)] out ServerUri? uri)
    {
        uri = null;
        string? transport = null;
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            if (scheme is ServerScheme.Stun or ServerScheme.Stuns || !rest.AsSpan(query).StartsWith(TransportParameter, StringComparison.OrdinalIgnoreCase)) return false;
            transport = rest[(query + TransportParameter.Length)..];
            if (!IsToken(transport)) return false;
            rest = rest[..query];
        }

        if (!TrySplit(rest, out string host, out ushort? port) || !IsHost(host, out _)) return false;
        uri = new ServerUri(scheme, host, port, transport);
        return true;
    }

    // An IPv6 address stands in brackets where a port may follow; alone it is understood without.
    private static bool TrySplit(string text, out string host, out ushort? port)
    {
        (host, port) = (text, null);
        if (TransportAddress.TryParseAddress(text, out _)) return true;

        int colon = text.LastIndexOf(':');
        if (colon >= 0 && !text.EndsWith(']'))
        {
            if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0) return false;
            (host, port) = (text[..colon], number);
        }

        if (!host.StartsWith('[')) return !host.Contains(':', StringComparison.Ordinal);
        bool bracketed = host.Length > 2 && host.EndsWith(']') && TransportAddress.TryParseAddress(host.AsSpan(1, host.Length - 2), out TransportAddress address) && address.IsIPv6;
        host = bracketed ? host[1..^1] : host;
        return bracketed;
    }

    // What ends in a number looks like an address, and programs disagree on which.
    private static bool IsHost(string host, out TransportAddress address) =>
        TransportAddress.TryParseAddress(host, out address)
        || (DnsName.TryParse(host, out _) && !host.TrimEnd('.').Split('.')[^1].All(char.IsAsciiDigit));

    private static bool IsToken(string transport) => transport.Length is > 0 and <= 32 && transport.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~');
}
