using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>What a <see cref="RelayedSocket"/> is to be like.</summary>
public sealed record RelayedSocketOptions
{
    /// <summary>The IP version of the relayed address; <see cref="IPFamily.None"/> leaves it to the server, which gives IPv4. Default: None.</summary>
    public IPFamily Family { get; init; }

    /// <summary>Whether to ask for an IPv6 address beside that of IPv4; <see cref="Family"/> must be None then. Default: false.</summary>
    public bool AdditionalIPv6 { get; init; }

    /// <summary>The lifetime to ask for, which is prolonged for as long as the socket lives; null leaves it to the server. Default: null.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Whether the relayed port must be even. Default: false.</summary>
    public bool EvenPort { get; init; }

    /// <summary>Whether the next port is reserved too: see <see cref="RelayedSocket.ReservationToken"/>. It needs <see cref="EvenPort"/>. Default: false.</summary>
    public bool ReserveNextPort { get; init; }

    /// <summary>The token by which another socket got this port reserved. Default: null.</summary>
    public ulong? ReservationToken { get; init; }

    /// <summary>Whether data may have to be sent unfragmented; a server that cannot do that relays without. Default: false.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Whether the socket should survive a change of this machine's address (RFC 8016); a server that forbids that relays without. Default: false.</summary>
    public bool Mobility { get; init; }

    /// <summary>Whether a channel is bound for every peer that is sent to, which saves 32 bytes and more a packet. Default: true.</summary>
    public bool BindChannels { get; init; } = true;

    /// <summary>The most peer addresses that may be permitted, 1 to 65,535. Default: 200.</summary>
    public int MaxPermissions { get; init; } = 200;

    /// <summary>The most channels, 0 to 4,096. Default: 200.</summary>
    public int MaxChannels { get; init; } = 200;

    internal TurnAllocationOptions ToMachine() => new()
    {
        Family = Family,
        AdditionalIPv6 = AdditionalIPv6,
        Lifetime = Lifetime,
        EvenPort = EvenPort,
        ReserveNextPort = ReserveNextPort,
        ReservationToken = ReservationToken,
        DontFragment = DontFragment,
        Mobility = Mobility,
        BindChannels = BindChannels,
        MaxPermissions = MaxPermissions,
        MaxChannels = MaxChannels,
    };
}
