using System.Text;

namespace Traversal.Turn.Server;

/// <summary>
/// How a relay behaves. Read once, when a <see cref="RelayGroup"/> is made; a change afterwards has no effect. The peer policy and the credentials are
/// replaced through the machine.
/// </summary>
public sealed class RelayOptions
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest realm in bytes of UTF-8: it stands in answers that go to forged sources, which may not be more than two and a half times their
    /// requests.
    /// </summary>
    public const int MaxRealmBytes = 44;

    /// <summary>The name under which users are known, at most <see cref="MaxRealmBytes"/> of UTF-8. Default: <c>traversal</c>.</summary>
    public string Realm { get; set; } = "traversal";

    /// <summary>SOFTWARE in answers to authenticated Allocate and Refresh requests; null for none, so that nobody learns what to attack. Default: null.</summary>
    public string? Software { get; set; }

    /// <summary>Where relay sockets are opened, at most <see cref="MaxRelayHosts"/>. Empty: on the address that the client reached. Default: empty.</summary>
    public IList<RelayHostAddress> RelayAddresses { get; } = [];

    /// <summary>The most relay addresses of one server, configured or learned from listeners.</summary>
    public const int MaxRelayHosts = 256;

    /// <summary>The first relay port. Below 1024 clients could run the services of well-known ports. Default: 49152 (RFC 8656 section 7.2).</summary>
    public ushort MinPort { get; set; } = 49152;

    /// <summary>The last relay port. Default: 65535.</summary>
    public ushort MaxPort { get; set; } = 65535;

    /// <summary>What peers may be reached. Default: everything but what IANA calls special-purpose.</summary>
    public PeerPolicy PeerPolicy { get; set; } = PeerPolicy.Default;

    /// <summary>The lifetime of an allocation whose client asks for none or less. Default: 10 minutes (RFC 8656 section 6).</summary>
    public TimeSpan DefaultLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The longest lifetime while more than half of the ports or allocations are in use, for an allocation without a permission: what ICE gathered and
    /// did not choose comes back soon. Loopback clients are exempt. Default: 1 minute.
    /// </summary>
    public TimeSpan UnusedLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest lifetime. A long one keeps the ports of clients that vanished. Default: 1 hour (RFC 8656 section 7.2).</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a nonce is good, and so how long a recorded request can be replayed from the same address. Default: 10 minutes.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The shortest <see cref="NonceSecret"/> in bytes.</summary>
    public const int MinNonceSecretBytes = 16;

    /// <summary>
    /// The secret from which nonces are made, at least <see cref="MinNonceSecretBytes"/>; the machines of a fleet share it, so that they accept each
    /// other's. Default: null, a random one for each <see cref="RelayGroup"/>.
    /// </summary>
    public byte[]? NonceSecret { get; set; }

    /// <summary>
    /// Whether challenges offer what RFC 8489 section 9.2 has beyond RFC 5389: SHA-256 beside MD5 and SHA-1, and user names as hashes. Who does not know
    /// of it goes on as before. With a realm of more than 32 bytes SHA-256 is not offered, as the challenge would be too long; user names as
    /// hashes are not with time-limited credentials, as these can't be found by a hash. Default: true.
    /// </summary>
    public bool OfferSha256 { get; set; } = true;

    /// <summary>Who sends clients to other servers; null to serve all of them here. Default: null.</summary>
    public IRedirectPolicy? RedirectPolicy { get; set; }

    /// <summary>
    /// Whether clients may ask for allocations that they can take along to another 5-tuple (RFC 8016). Such an allocation outlives its connection: it
    /// holds its port, and its share of the quotas, until it expires. Default: false.
    /// </summary>
    public bool Mobility { get; set; }

    /// <summary>Whether the engine can set the DF bit; if not, DONT-FRAGMENT is an unknown attribute (RFC 8656 section 7.2). A server sets it. Default: false.</summary>
    public bool SupportsDontFragment { get; set; }

    /// <summary>The most allocations of the server, loopback clients included. It bounds memory. Default: 100,000.</summary>
    public int MaxAllocations { get; set; } = 100_000;

    /// <summary>
    /// The most allocations of one user, reserved ports included; for time-limited credentials the user is what follows the expiry. Default: 1,000, as
    /// many clients may share a credential.
    /// </summary>
    public int MaxAllocationsPerUser { get; set; } = 1_000;

    /// <summary>The most allocations of one client address (IPv6: /64), reserved ports included. Default: 200, as many clients may share an address.</summary>
    public int MaxAllocationsPerSource { get; set; } = 200;

    /// <summary>The most permissions of an allocation. Default: 200.</summary>
    public int MaxPermissions { get; set; } = 200;

    /// <summary>The most channels of an allocation, those included that may not be bound to another peer yet. Default: 200.</summary>
    public int MaxChannels { get; set; } = 200;

    /// <summary>
    /// Whether clients on TCP and TLS get TCP allocations (RFC 6062), by which whoever has a credential makes connections out of the server and through
    /// it. Default: false.
    /// </summary>
    public bool TcpRelay { get; set; }

    /// <summary>The most connections of the server with peers (RFC 6062). Each costs a descriptor, and one more for its client. Default: 10,000.</summary>
    public int MaxPeerConnections { get; set; } = 10_000;

    /// <summary>The most connections with peers of all allocations of a user; loopback clients are exempt. Default: 1,000, as many clients may share a credential.</summary>
    public int MaxPeerConnectionsPerUser { get; set; } = 1_000;

    /// <summary>The most connections with peers of one allocation, those included that are being made. Default: 32.</summary>
    public int MaxConnectionsPerAllocation { get; set; } = 32;

    /// <summary>
    /// The most connections a minute that an allocation makes, which are held back no more than <see cref="MaxConnectionsPerAllocation"/> after a quiet
    /// time, so that it is no good for a scan of ports; 0 for no limit. Default: 120.
    /// </summary>
    public int ConnectsPerMinute { get; set; } = 120;

    /// <summary>How long a connection with a peer may carry nothing. Default: 2 hours 4 minutes (RFC 5382 section 5).</summary>
    public TimeSpan ConnectionIdleTimeout { get; set; } = TimeSpan.FromMinutes(124);

    /// <summary>
    /// Whether channels 0x5000 to 0x7FFF may be bound too, which RFC 8656 section 12 reserves: clients of RFC 5766 choose from them. Default: true.
    /// </summary>
    public bool ServeClassicChannels { get; set; } = true;

    /// <summary>The most bytes a second through an allocation, both directions together; 0 for no limit. Default: 12,500,000 (100 Mbit/s).</summary>
    public int BytesPerSecond { get; set; } = 12_500_000;

    /// <summary>The most packets a second through an allocation, both directions together; 0 for no limit. Default: 20,000.</summary>
    public int PacketsPerSecond { get; set; } = 20_000;

    /// <summary>How far ahead of its rate an allocation may run. Default: 500 ms.</summary>
    public TimeSpan RateBurst { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most bytes a second through all allocations of a user, both directions together; 0 for no limit. Default: 0, as many clients may share a credential.</summary>
    public int BytesPerSecondPerUser { get; set; }

    /// <summary>The most packets a second through all allocations of a user, both directions together; 0 for no limit. Default: 0.</summary>
    public int PacketsPerSecondPerUser { get; set; }

    /// <summary>
    /// How many peers a second an allocation may reach that are new to it, by address or, with Send indications, by port; 0 for no limit, which lets
    /// clients scan. Default: 5, well above what ICE needs.
    /// </summary>
    public int NewPeersPerSecond { get; set; } = 5;

    /// <summary>How many such peers at once after a quiet time. Default: 200, as many as there are permissions.</summary>
    public int NewPeerBurst { get; set; } = 200;

    /// <summary>The same for all allocations of a user together; 0 for no limit. Default: 50.</summary>
    public int NewPeersPerSecondPerUser { get; set; } = 50;

    /// <summary>How many such peers at once after a quiet time. Default: 2,000.</summary>
    public int NewPeerBurstPerUser { get; set; } = 2_000;

    /// <summary>
    /// The most replies a second to unauthenticated requests from one source prefix (IPv4: /24, IPv6: /56), over UDP; 0 for no limit, which makes the
    /// server a reflector. Default: 50.
    /// </summary>
    public int RepliesPerSecond { get; set; } = 50;

    /// <summary>How many such replies a prefix may have at once after a quiet time. Default: 250.</summary>
    public int ReplyBurst { get; set; } = 250;

    /// <summary>
    /// The bytes a second that unauthenticated replies over UDP may have beyond three quarters of the bytes of the requests, all sources together, so
    /// that a flood from many forged sources is not amplified; unused, they are saved up for 16 seconds. Clients that authenticate earn more than they
    /// cost, so it is only a busy server for bare Binding requests that needs more. Default: 512.
    /// </summary>
    public int ReplyBytesPerSecond { get; set; } = 512;

    /// <summary>Whether loopback clients are free of quotas, rates and the reply limiter. Default: true.</summary>
    public bool ExemptLoopback { get; set; } = true;

    internal bool LimitsUsers => BytesPerSecondPerUser > 0 || PacketsPerSecondPerUser > 0;

    /// <summary>Says in words which option is out of its range; null when none is.</summary>
    public string? FindProblem()
    {
        if (string.IsNullOrEmpty(Realm) || Encoding.UTF8.GetByteCount(Realm) > MaxRealmBytes) return "The realm has 1 to 44 bytes.";
        if (RelayAddresses.Count > MaxRelayHosts) return $"There are at most {MaxRelayHosts} relay addresses.";
        if (RelayAddresses.Any(IsBroken)) return "A relay address has an address, and an external form of the same family if any.";
        if (MinPort == 0 || MaxPort < MinPort) return "The relay ports are a range above 0.";
        if (DefaultLifetime < OneSecond || MaxLifetime < DefaultLifetime || MaxLifetime.TotalSeconds > uint.MaxValue)
            return "The maximum lifetime is not below the default lifetime, which is not below a second.";
        if (UnusedLifetime < OneSecond) return "An unused allocation lives for a second at least.";
        if (NonceLifetime < OneSecond || NonceLifetime > NonceKeeper.MaxLifetime) return "A nonce lives for a second to an hour.";
        if (NonceSecret is { Length: < MinNonceSecretBytes }) return "A nonce secret has at least 16 bytes.";
        if (MaxAllocations is < 1 or > AllocationHandle.MaxIndex + 1) return "The allocations are limited to 1 to 4,194,304.";
        if (MaxAllocationsPerUser < 1 || MaxAllocationsPerSource < 1) return "The quotas of users and sources are at least 1.";
        if (MaxPermissions is < 1 or > ushort.MaxValue) return "The permissions are limited to 1 to 65,535.";
        if (MaxChannels is < 1 or > ChannelNumber.MaxValue - ChannelNumber.MinValue + 1) return "The channels are limited to 1 to 4,096.";
        if (MaxPeerConnections < 1 || MaxPeerConnectionsPerUser < 1 || MaxConnectionsPerAllocation < 1) return "The connections are limited to at least 1.";
        if (ConnectsPerMinute < 0) return "A rate is not negative; 0 is no limit.";
        if (ConnectionIdleTimeout < OneSecond) return "A connection may be idle for at least a second.";
        if (BytesPerSecond < 0 || PacketsPerSecond < 0 || BytesPerSecondPerUser < 0 || PacketsPerSecondPerUser < 0) return "A rate is not negative; 0 is no limit.";
        if (RepliesPerSecond < 0 || NewPeersPerSecond < 0 || NewPeersPerSecondPerUser < 0) return "A rate is not negative; 0 is no limit.";
        if (RateBurst <= TimeSpan.Zero || ReplyBurst < 1 || NewPeerBurst < 1 || NewPeerBurstPerUser < 1 || ReplyBytesPerSecond < 1) return "A burst is more than nothing.";
        return null;
    }

    private static bool IsBroken(RelayHostAddress host) =>
        host.Local.IsNone || host.Local.IsUnspecified || (!host.External.IsNone && host.External.Family != host.Local.Family);
}
