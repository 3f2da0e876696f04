using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <summary>The servers that a script may be about.</summary>
internal static class RelayServer
{
    /// <summary>The local address of relays behind a one-to-one NAT.</summary>
    public static readonly TransportAddress InnerHost = TransportAddress.Parse("10.9.9.9:0");

    /// <summary>What that NAT makes of it.</summary>
    public static readonly TransportAddress OuterHost = TransportAddress.Parse("185.1.2.9:0");

    /// <summary>A private network with a range of ports that the second policy allows.</summary>
    public static readonly PeerPolicy PortPolicy = PeerPolicy.Create([new PeerRule(true, TransportAddress.Parse("10.1.0.0:0"), 16, 5000, 5100)]);

    /// <summary>One that denies a peer.</summary>
    public static readonly PeerPolicy StrictPolicy = PeerPolicy.Create([new PeerRule(false, TransportAddress.Parse("93.184.216.34:0"), 32)]);

    private static readonly byte[] NonceSecret = "a secret for nonces, always this"u8.ToArray();

    /// <summary>Whether relay sockets are opened as soon as they are asked for.</summary>
    public static bool OpensAtOnce(byte configuration) => Has(configuration, 0);

    /// <summary>The options of a server.</summary>
    public static RelayOptions Options(byte configuration)
    {
        bool isSmall = Has(configuration, 4);
        var options = new RelayOptions
        {
            Realm = RelayUsers.Realm,
            NonceSecret = NonceSecret,
            OfferSha256 = Has(configuration, 1),
            SupportsDontFragment = Has(configuration, 2),
            MinPort = 50000,
            MaxPort = (ushort)(isSmall ? 50003 : 50015),
            MaxAllocations = isSmall ? 3 : 16,
            MaxAllocationsPerUser = isSmall ? 2 : 8,
            MaxAllocationsPerSource = isSmall ? 2 : 8,
            MaxPermissions = isSmall ? 2 : 8,
            MaxChannels = isSmall ? 2 : 8,
            PeerPolicy = Has(configuration, 5) ? PortPolicy : PeerPolicy.Default,
            Software = Has(configuration, 6) ? "Fuzzed" : null,
            ServeClassicChannels = !Has(configuration, 6),
            BytesPerSecond = Has(configuration, 7) ? 2000 : 0,
        };
        if (Has(configuration, 3)) options.RelayAddresses.Add(new RelayHostAddress(InnerHost, OuterHost));
        return options;
    }

    private static bool Has(byte configuration, int bit) => (configuration >> bit & 1) != 0;
}
