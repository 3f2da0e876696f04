namespace Traversal.Connectivity;

/// <summary>The bounds of a machine, and the times of gathering.</summary>
internal static class ConnectivityLimits
{
    /// <summary>Addresses of this machine.</summary>
    public const int MaxBases = 16;

    /// <summary>STUN servers.</summary>
    public const int MaxStunServers = 8;

    /// <summary>TURN servers that are reached by UDP.</summary>
    public const int MaxTurnServers = 8;

    /// <summary>Questions to STUN servers, one for each base and server.</summary>
    public const int MaxBindings = 64;

    /// <summary>Allocations, those included that are being made.</summary>
    public const int MaxRelays = 16;

    /// <summary>Addresses of the peer that relays are told of, until a restart.</summary>
    public const int MaxPeers = 64;

    /// <summary>Events that wait to be taken.</summary>
    public const int MaxEvents = 256;

    /// <summary>How often a lost allocation is made anew before its server is left alone.</summary>
    public const int MaxReallocations = 10;

    /// <summary>The wait before a lost allocation is made anew; it doubles each time.</summary>
    public static readonly TimeSpan ReallocationWait = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait (RFC 8656 section 7.4, 437).</summary>
    public static readonly TimeSpan MaxReallocationWait = TimeSpan.FromMinutes(2);

    /// <summary>Tr: how long a server-reflexive candidate that may still be needed goes without a request (RFC 8445 sections 5.1.1.4 and 11).</summary>
    public static readonly TimeSpan KeepaliveInterval = TimeSpan.FromSeconds(15);
}
