using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>What an allocation is to be like. Read once, when it is made.</summary>
public sealed class TurnAllocationOptions
{
    /// <summary>The server's address, as packets reach it: by it redirection in circles is noticed, and the family of an alternate server chosen.</summary>
    public TransportAddress Server { get; set; }

    /// <summary>Whether the server is reached over TCP, TLS or WebSocket: nothing is sent twice and ChannelData is padded. Default: false, UDP.</summary>
    public bool IsStream { get; set; }

    /// <summary>
    /// Whether a TCP allocation is wanted (RFC 6062), by which peers are reached over connections: it needs <see cref="IsStream"/>, and relays no datagrams.
    /// Default: false.
    /// </summary>
    public bool RelaysConnections { get; set; }

    /// <summary>The family of the relayed address; <see cref="IPFamily.None"/> leaves it to the server, which gives IPv4. Default: None.</summary>
    public IPFamily Family { get; set; }

    /// <summary>Whether to ask for an IPv6 address beside that of IPv4. <see cref="Family"/> must be None then. Default: false.</summary>
    public bool AdditionalIPv6 { get; set; }

    /// <summary>The lifetime to ask for; null leaves it to the server. Default: null.</summary>
    public TimeSpan? Lifetime { get; set; }

    /// <summary>Whether the relayed port must be even. Default: false.</summary>
    public bool EvenPort { get; set; }

    /// <summary>Whether the next port is to be reserved too, for an allocation with <see cref="ReservationToken"/>. It needs <see cref="EvenPort"/>. Default: false.</summary>
    public bool ReserveNextPort { get; set; }

    /// <summary>The token by which another allocation got this port reserved; it goes with no wish for a family or an even port. Default: null.</summary>
    public ulong? ReservationToken { get; set; }

    /// <summary>Whether data may have to be sent unfragmented. A server that cannot do that gives an allocation without. Default: false.</summary>
    public bool DontFragment { get; set; }

    /// <summary>Whether the allocation should survive a change of the client's address (RFC 8016). A server that forbids that gives one without. Default: false.</summary>
    public bool Mobility { get; set; }

    /// <summary>
    /// Whether an allocation that the server still holds for this 5-tuple (437) is ended for the new one, if it is of this client's user: that of a process that
    /// crashed and comes back with the same port, or of a NAT that gives a port again. Else a client has to try another port. Default: false.
    /// </summary>
    public bool EndsFormer { get; set; }

    /// <summary>Whether a channel is bound for every peer that is sent to, which saves 32 bytes and more a packet. Default: true.</summary>
    public bool BindChannels { get; set; } = true;

    /// <summary>
    /// Whether data to a peer that the server is being asked to permit goes out behind the request instead of being refused as
    /// <see cref="TurnWrapStatus.Pending"/>: a round trip sooner, and lost where the server refuses or has not got the request. Default: false.
    /// </summary>
    public bool SendsAhead { get; set; }

    /// <summary>The most peer addresses that may be permitted. Default: 200.</summary>
    public int MaxPermissions { get; set; } = 200;

    /// <summary>The most channels, those included whose number must not be used again yet. Default: 200.</summary>
    public int MaxChannels { get; set; } = 200;

    /// <summary>
    /// Whether a request over UDP that is not answered in time is begun once more as another transaction, so that twice as much is sent where much is lost, and
    /// an answer comes sooner. Default: true.
    /// </summary>
    public bool HedgesRequests { get; set; } = true;

    /// <summary>
    /// Whether the driver answers <see cref="TurnEventKind.CredentialWanted"/> with <see cref="TurnAllocation.Renew"/>; else a refused credential ends the
    /// allocation at once. Default: false.
    /// </summary>
    public bool RenewsCredential { get; set; }

    /// <summary>Whether the driver can get tokens (RFC 7635): a server that takes them is asked with one, not with a password. Default: false.</summary>
    public bool PrefersTokens { get; set; }

    /// <summary>What SOFTWARE says in Allocate and Refresh, to the operator and whoever listens; null for nothing. Default: "Traversal".</summary>
    public string? Software { get; set; } = "Traversal";

    /// <summary>Where the client has been sent to, shared by the allocations that follow a redirection; null follows none. Default: null.</summary>
    public TurnRedirections? Redirections { get; set; }

    /// <summary>Says in words which option contradicts another or is out of its range; null when none does.</summary>
    public string? FindProblem()
    {
        if (RelaysConnections && !IsStream) return "A TCP allocation needs a stream to the server (RFC 6062 section 4.1).";
        if (RelaysConnections && (EvenPort || ReservationToken is not null || DontFragment))
            return "A TCP allocation has no even port, no reservation and no DF bit (RFC 6062 section 4.1).";
        if (Family is not (IPFamily.None or IPFamily.IPv4 or IPFamily.IPv6)) return "The family is IPv4, IPv6 or None.";
        if (AdditionalIPv6 && Family != IPFamily.None) return "An additional IPv6 address goes with no other family (RFC 8656 section 7.1).";
        if (ReserveNextPort && !EvenPort) return "The next port is reserved with an even one (RFC 8656 section 7.1).";
        if (AdditionalIPv6 && ReserveNextPort) return "An additional IPv6 address goes with no reservation (RFC 8656 section 7.1).";
        if (ReservationToken is not null && (EvenPort || AdditionalIPv6 || Family != IPFamily.None))
            return "A reservation token goes with no even port and no family (RFC 8656 section 7.1).";
        if (Lifetime is { } lifetime && (lifetime < TimeSpan.FromSeconds(1) || lifetime.TotalSeconds > uint.MaxValue))
            return "The lifetime is a second at least and fits 32 bits of seconds.";
        if (MaxPermissions is < 1 or > ushort.MaxValue) return "The permissions are limited to 1 to 65,535.";
        if (MaxChannels is < 0 or > ChannelNumber.MaxValue - ChannelNumber.MinValue + 1) return "The channels are limited to 0 to 4,096.";
        if (Software is not null && Encoding.UTF8.GetByteCount(Software) > MaxSoftwareBytes) return $"SOFTWARE has at most {MaxSoftwareBytes} bytes.";
        return null;
    }

    // "Fewer than 128 characters" (RFC 8489 section 14.14).
    private const int MaxSoftwareBytes = 127;
}
