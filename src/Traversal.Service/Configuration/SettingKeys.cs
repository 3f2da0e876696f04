using System.Globalization;
using System.Net;
using System.Text;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Service.WebSockets;
using Traversal.Stun;
using Traversal.Transport.Proxies;
using Traversal.Turn.Server;

namespace Traversal.Service.Configuration;

/// <summary>Every option there is, in the order of the help text.</summary>
public static class SettingKeys
{
    private const string AutomaticExternal = "auto";

    /// <summary>The options.</summary>
    public static IReadOnlyList<SettingKey> All { get; } =
    [
        new("listen", "udp://ADDRESS:PORT", "Where clients connect: udp, tcp, tls, ws or wss. Default: port 3478 of every address, UDP and TCP.", AddListener) { Repeats = true },

        new("certificate", "FILE", "Certificate and chain for TLS, as PEM or PKCS#12; with it TCP listeners take TLS too. Default: a self-signed one for tls:// and wss://.", (settings, text) =>
            settings.Server.CertificateFile = text),

        new("key", "FILE", "Key of the certificate, as PEM. Default: it stands in the certificate's file.", (settings, text) => settings.Server.KeyFile = text),

        new("proxy-from", "CIDR", "Network of proxies that begin every connection and every datagram with a PROXY protocol header. Default: none.", (settings, text) =>
            settings.Server.ProxyFrom.Add(TrustedProxies.TryCreate([text], out _, out _) ? text : throw new FormatException($"'{text}' is not a network such as 10.1.0.0/16"))) { Repeats = true },

        new("origin", "ORIGIN", "Web page origin that may open WebSockets, such as https://example.org. Default: any.", (settings, text) =>
            settings.Origins.Add(IsOrigin(text) ? text : throw new FormatException($"'{text}' is not an origin such as https://example.org"))) { Repeats = true },

        new("relay-address", "IP[=EXTERNAL|=auto]", "Address to relay on, and the external one behind a one-to-one NAT; auto asks --stun-server. Default: the address that the client reached.", AddRelayAddress) { Repeats = true },

        new("stun-server", "HOST[:PORT]", "STUN server that is asked at start for the external form of relay addresses that have auto for it. Default: none.", (settings, text) =>
            settings.StunServer = text.Length > 0 ? text : throw new FormatException("a server has a name or an address")),

        new("relay-ports", "MIN-MAX", "Ports to relay on. Default: 49152-65535.", (settings, text) =>
            (settings.Server.Relay.MinPort, settings.Server.Relay.MaxPort) = ReadPortRange(text)),

        new("realm", "NAME", "Authentication realm. Default: traversal.", (settings, text) =>
            settings.Server.Relay.Realm = Encoding.UTF8.GetByteCount(text) is > 0 and <= RelayOptions.MaxRealmBytes && OpaqueString.TryPrepare(text, out _)
                ? text
                : throw new FormatException($"a realm has 1 to {RelayOptions.MaxRealmBytes} bytes and no control characters")),

        new("user", "NAME:PASSWORD", "A user's credential. Default: a random one, printed at start.", AddUser) { Repeats = true, IsSecret = true },

        new("auth-secret", "SECRET", "Shared secret of time-limited credentials (TURN REST).", (settings, text) =>
            settings.Server.AuthSecrets.Add(text.Length > 0 ? text : throw new FormatException("a secret can't be empty"))) { Repeats = true, IsSecret = true },

        new("token-key", "ID=BASE64", "Key by which an authorization server seals access tokens (RFC 7635): 32 or 16 bytes. Default: no tokens are taken.", AddTokenKey) { Repeats = true, IsSecret = true },

        new("token-server-name", "NAME", "Name of this server for which tokens are sealed. Default: the realm.", (settings, text) =>
            settings.Server.TokenServerName = OpaqueString.TryPrepare(text, out _) ? text : throw new FormatException("a name is not empty and has no control characters")),

        new("nonce-secret", "SECRET", "Secret of the nonces, 16 bytes or more; the same on all servers of a fleet. Default: a random one.", (settings, text) =>
            settings.Server.Relay.NonceSecret = Encoding.UTF8.GetByteCount(text) >= RelayOptions.MinNonceSecretBytes
                ? Encoding.UTF8.GetBytes(text)
                : throw new FormatException($"a nonce secret has {RelayOptions.MinNonceSecretBytes} bytes or more")) { IsSecret = true },

        new("allow-peer", "CIDR", "Open a network that is closed by default, such as 127.0.0.0/8 or 10.1.0.0/16.", (settings, text) =>
            settings.Server.AllowPeers.Add(CheckPeerRule(text))) { Repeats = true },

        new("deny-peer", "CIDR", "Close a network. The most specific rule wins.", (settings, text) =>
            settings.Server.DenyPeers.Add(CheckPeerRule(text))) { Repeats = true },

        new("nat64-prefix", "PREFIX", "Prefix of a NAT64 in this network, such as 2a00:64::/96: the rules also apply to the IPv4 address inside.", (settings, text) =>
            settings.Server.TranslationPrefixes.Add(TranslationPrefix.TryParse(text, out _)
                ? text
                : throw new FormatException($"'{text}' is not an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits"))) { Repeats = true },

        new("workers", "N", "Relay threads. Default: 1; 0 is one per processor.", (settings, text) => settings.Server.Workers = ReadNumber(text, 0, 256)),

        new("http", "ADDRESS:PORT", "HTTP side; 'off' for none. Default: 127.0.0.1:8080.", (settings, text) => settings.Http = ReadHttp(text)),

        new("user-quota", "N", "Allocations that one user may hold. Default: 1000.", (settings, text) =>
            settings.Server.Relay.MaxAllocationsPerUser = ReadNumber(text, 1, 1_000_000)),

        new("source-quota", "N", "Allocations that one source address may hold; loopback is exempt. Default: 200.", (settings, text) =>
            settings.Server.Relay.MaxAllocationsPerSource = ReadNumber(text, 1, 1_000_000)),

        new("reply-rate", "N", "Replies a second to unauthenticated requests from one source network. Default: 50.", (settings, text) =>
            settings.Server.Relay.RepliesPerSecond = ReadNumber(text, 1, 1_000_000)),

        new("nat-discovery", "true|false", "Answer NAT behaviour discovery (RFC 5780) on UDP listeners on two addresses with one port; the next port is opened too. Default: false.", (settings, text) =>
            settings.Server.NatDiscovery = ReadSwitch(text)) { IsSwitch = true },

        new("tcp-relay", "true|false", "Give clients on TCP and TLS TCP allocations (RFC 6062), by which they connect to peers. Default: false.", (settings, text) =>
            settings.Server.Relay.TcpRelay = ReadSwitch(text)) { IsSwitch = true },

        new("mobility", "true|false", "Let clients take their allocations along to another address (RFC 8016). Default: false.", (settings, text) =>
            settings.Server.Relay.Mobility = ReadSwitch(text)) { IsSwitch = true },

        new("user-rate", "BYTES", "Bytes a second that all allocations of one user may relay together; 0 is no limit. Default: 0.", (settings, text) =>
            settings.Server.Relay.BytesPerSecondPerUser = ReadNumber(text, 0, int.MaxValue)),

        new("peer-rate", "N", "New peers a second that all allocations of one user may reach together; 0 is no limit. Default: 50.", (settings, text) =>
            settings.Server.Relay.NewPeersPerSecondPerUser = ReadNumber(text, 0, 1_000_000)),

        new("copy-ip-headers", "true|false", "Relay data with the DSCP, ECN and hop limit that it came with (RFC 8656 section 14); Linux only. Default: false.", (settings, text) =>
            settings.Server.CopyIPHeaders = ReadSwitch(text)) { IsSwitch = true },

        new("drain-timeout", "TIME", "How long to wait for live allocations on shutdown, as 30s or 5m. Default: 30s.", (settings, text) =>
            settings.Server.DrainTimeout = ReadDuration(text)),
    ];

    private const int MaxTokenKeyBytes = 32;

    /// <summary>The option of that name, or null.</summary>
    public static SettingKey? Find(string name) => All.FirstOrDefault(key => string.Equals(key.Name, name, StringComparison.Ordinal));

    /// <summary>The flag that sets an option of the server's; null where there is none of that name.</summary>
    /// <param name="option">The name of a property: <c>NatDiscovery</c> is set with <c>--nat-discovery</c>, <c>KeyFile</c> with <c>--key</c>.</param>
    public static string? FlagOf(string option) => All.FirstOrDefault(key =>
    {
        string name = key.Name.Replace("-", "", StringComparison.Ordinal);
        return option.Equals(name, StringComparison.OrdinalIgnoreCase) || option.Equals(name + "File", StringComparison.OrdinalIgnoreCase);
    })?.Flag;

    private static void AddListener(ServiceSettings settings, string text)
    {
        if (WebSocketEndpoint.TryParse(text, out WebSocketEndpoint webSockets))
        {
            settings.WebSockets.Add(webSockets);
        }
        else if (ListenEndpoint.TryParse(text, out ListenEndpoint endpoint))
        {
            settings.Server.Listeners.Add(endpoint);
        }
        else
        {
            throw new FormatException($"'{text}' is not udp://ADDRESS:PORT, nor that with tcp, tls, ws or wss");
        }
    }

    // RFC 6454 section 6.2.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase) &&
        uri.Host.Length > 0;

    private static void AddUser(ServiceSettings settings, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1) throw new FormatException("a user is given as NAME:PASSWORD");
        (string name, string password) = (text[..colon], text[(colon + 1)..]);
        if (!OpaqueString.TryPrepare(name, out _) || !OpaqueString.TryPrepare(password, out _))
            throw new FormatException("a name and a password have no control characters");
        if (!settings.Server.Users.TryAdd(name, password)) throw new FormatException("one name is given twice");
    }

    private static void AddTokenKey(ServiceSettings settings, string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        Span<byte> key = stackalloc byte[MaxTokenKeyBytes + 1];
        if (sign <= 0 || !Convert.TryFromBase64String(text[(sign + 1)..], key, out int length) || length is not (16 or 32))
            throw new FormatException("a token key is given as ID=BASE64, of 32 or 16 bytes");
        string id = text[..sign];
        if (!OpaqueString.TryPrepare(id, out _) || Encoding.UTF8.GetByteCount(id) > StunLimits.MaxWrittenUsernameBytes)
            throw new FormatException("a key identifier has at most 508 bytes and no control characters");
        if (!settings.Server.TokenKeys.TryAdd(id, key[..length].ToArray())) throw new FormatException("one key identifier is given twice");
    }

    private static string CheckPeerRule(string text) =>
        PeerRule.TryParse(text, allow: true, out _) ? text : throw new FormatException($"'{text}' is not a network such as 10.1.0.0/16 or 10.1.0.0/16:5000-6000");

    private static void AddRelayAddress(ServiceSettings settings, string text)
    {
        string[] parts = text.Split('=');
        bool isAddress = TransportAddress.TryParseAddress(parts[0], out TransportAddress local);
        bool isAuto = parts is [_, AutomaticExternal];
        TransportAddress external = default;
        if (isAddress && parts.Length == 2 && !isAuto) isAddress = TransportAddress.TryParseAddress(parts[1], out external) && external.Family == local.Family;
        if (!isAddress || parts.Length > 2) throw new FormatException($"'{text}' is not IP, IP=EXTERNAL, both of one family, or IP={AutomaticExternal}");
        if (local.IsUnspecified || (!external.IsNone && external.IsUnspecified)) throw new FormatException($"'{text}' is every address; name one");
        if (isAuto) settings.AutomaticRelayAddresses.Add(settings.Server.Relay.RelayAddresses.Count);
        settings.Server.Relay.RelayAddresses.Add(new RelayHostAddress(local, external));
    }

    private static (ushort Min, ushort Max) ReadPortRange(string text)
    {
        string[] parts = text.Split('-');
        if (parts.Length == 2 && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort min) &&
            ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort max) && min > 0 && min <= max)
        {
            return (min, max);
        }

        throw new FormatException($"'{text}' is not a range of ports such as 49152-65535");
    }

    private static int ReadNumber(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new FormatException($"'{text}' is not a number from {min} to {max}");

    private static bool ReadSwitch(string text) =>
        bool.TryParse(text, out bool isOn) ? isOn : throw new FormatException($"'{text}' is not true or false");

    private static IPEndPoint? ReadHttp(string text)
    {
        if (string.Equals(text, "off", StringComparison.Ordinal)) return null;
        return TransportAddress.TryParse(text, out TransportAddress endpoint)
            ? endpoint.ToIPEndPoint()
            : throw new FormatException($"'{text}' is not ADDRESS:PORT or off");
    }

    private static TimeSpan ReadDuration(string text)
    {
        (int unit, string digits) = text switch
        {
            _ when text.EndsWith('s') => (1, text[..^1]),
            _ when text.EndsWith('m') => (60, text[..^1]),
            _ when text.EndsWith('h') => (3600, text[..^1]),
            _ => (1, text),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && (long)count * unit <= 86_400
            ? TimeSpan.FromSeconds((long)count * unit)
            : throw new FormatException($"'{text}' is not a time such as 30s, 5m or 1h, up to 24h");
    }
}
