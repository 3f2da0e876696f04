using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>What a <see cref="RelayedListener"/> is to be like.</summary>
public sealed record RelayedListenerOptions
{
    /// <summary>The IP version of the relayed address; <see cref="IPFamily.None"/> leaves it to the server, which gives IPv4. Default: None.</summary>
    public IPFamily Family { get; init; }

    /// <summary>Whether to ask for an IPv6 address beside that of IPv4; <see cref="Family"/> must be None then. Default: false.</summary>
    public bool AdditionalIPv6 { get; init; }

    /// <summary>The lifetime to ask for, which is prolonged for as long as the listener lives; null leaves it to the server. Default: null.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The most peer addresses that may be permitted, 1 to 65,535. Default: 200.</summary>
    public int MaxPermissions { get; init; } = 200;

    internal TurnAllocationOptions ToMachine() => new()
    {
        RelaysConnections = true,
        Family = Family,
        AdditionalIPv6 = AdditionalIPv6,
        Lifetime = Lifetime,
        MaxPermissions = MaxPermissions,
        BindChannels = false,
    };
}
