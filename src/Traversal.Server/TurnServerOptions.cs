using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Streams;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>
/// What a <see cref="TurnServer"/> does. The defaults are safe: a credential must be given, peers in private and special-purpose networks are
/// refused, every table has a bound. Read once, when the server starts.
/// </summary>
public sealed class TurnServerOptions
{
    /// <summary>Where clients connect. At least one is needed, unless <see cref="AcceptsWebSockets"/>.</summary>
    public IList<ListenEndpoint> Listeners { get; } = [];

    /// <summary>Whether an HTTP server hands WebSockets over at <see cref="TurnServer.WebSockets"/>. Defaults to false.</summary>
    public bool AcceptsWebSockets { get; set; }

    /// <summary>
    /// The certificate of TLS listeners and, behind it, its chain: PEM, or PKCS#12 without a password. Read anew when it changes. Where it is given,
    /// TCP listeners take TLS too; where it is not, TLS listeners have a self-signed certificate, made at the start, whose fingerprint is logged.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>The key of the certificate, as PEM without a password. Defaults to <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// Networks of proxies, as <c>ADDRESS/BITS</c>, that stand between clients and listeners. What comes from there must begin with a PROXY protocol header
    /// (version 1 or 2 on TCP and TLS, 2 in each datagram on UDP), which says where the client is; what comes from elsewhere is never looked at for one.
    /// Whoever is in such a network can claim to be any client.
    /// </summary>
    public IList<string> ProxyFrom { get; } = [];

    /// <summary>User names and passwords of long-term credentials (RFC 8489 section 9.2).</summary>
    public IDictionary<string, string> Users { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Shared secrets of time-limited credentials: the user name is an expiry time, optionally with a colon and an id behind it, and the password the
    /// base64 of HMAC-SHA1(secret, user name). Several are accepted at once, so that one can be replaced without a gap.
    /// </summary>
    public IList<string> AuthSecrets { get; } = [];

    /// <summary>
    /// Keys by which authorization servers seal access tokens (RFC 7635), by their identifier (kid): 32 bytes for A256GCM, 16 for A128GCM. Several are
    /// accepted at once, so that one can be replaced without a gap. Where there are none, tokens are not taken.
    /// </summary>
    public IDictionary<string, byte[]> TokenKeys { get; } = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>
    /// The name for which tokens are sealed, so that one server's are no good at another. It and the realm, each rounded up to a multiple of 4, have at most
    /// 40 bytes of UTF-8 together, as both stand in answers to forged requests. Default: null, the realm.
    /// </summary>
    public string? TokenServerName { get; set; }

    /// <summary>
    /// Peers that clients may reach although they stand in a network that is closed by default, as <c>ADDRESS/BITS</c>, with <c>:PORT-PORT</c> behind it
    /// where only some ports are meant. Every entry opens that network to whoever holds a credential.
    /// </summary>
    public IList<string> AllowPeers { get; } = [];

    /// <summary>Peers that clients may not reach, in the same form, besides the special-purpose networks. The most specific rule wins.</summary>
    public IList<string> DenyPeers { get; } = [];

    /// <summary>
    /// Prefixes of the translators (NAT64) in this network, as <c>2a00:64::/96</c>: a peer within is reachable only where the IPv4 address inside is.
    /// Those that the registries name are known.
    /// </summary>
    public IList<string> TranslationPrefixes { get; } = [];

    /// <summary>
    /// Addresses and ports on this machine that no client may reach through the relay, whatever the rules: that of an administration, for
    /// instance. The listeners are such by themselves.
    /// </summary>
    public IList<TransportAddress> ProtectedEndpoints { get; } = [];

    /// <summary>
    /// The relay: realm, relay addresses and ports, quotas, rates. Its <see cref="RelayOptions.PeerPolicy"/> is made from <see cref="AllowPeers"/> and
    /// <see cref="DenyPeers"/> when the server starts.
    /// </summary>
    public RelayOptions Relay { get; } = new();

    /// <summary>Bounds and deadlines of clients on TCP and TLS.</summary>
    public StreamOptions Streams { get; } = new();

    /// <summary>
    /// Whether UDP listeners on two addresses with one port answer NAT behaviour discovery (RFC 5780). A second port, the next one, is opened on both;
    /// with port 0, any. Whoever asks may have answers sent to another port of the asking address, as often as the reply limiter allows. Off by
    /// default.
    /// </summary>
    public bool NatDiscovery { get; set; }

    /// <summary>
    /// Whether data that is relayed between UDP and UDP keeps its DSCP and ECN and has one hop less, as RFC 8656 sections 13 and 14 prefer, rather than
    /// the system's defaults: queues can then mark congestion instead of dropping, and each client and peer chooses its own class of service. It needs
    /// the Linux engine, and each packet costs more. Defaults to false.
    /// </summary>
    public bool CopyIPHeaders { get; set; }

    /// <summary>How datagrams cross into the kernel. Defaults to the fastest engine that works here.</summary>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>How many threads relay; each has its own listening sockets, relay sockets and state. Defaults to 1; 0 is one per processor.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>How long <see cref="TurnServer.StopAsync"/> waits for live allocations to end before it cuts them. Defaults to 30 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
