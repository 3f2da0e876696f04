using System.Net.Security;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>What an <see cref="IceConnection"/> is to be like.</summary>
public sealed record IceConnectionOptions
{
    /// <summary>Whoever makes the offer controls; where both say so, one gives way. Default: <see cref="IceRole.Controlled"/>.</summary>
    public IceRole Role { get; init; }

    /// <summary>The servers that help to gather candidates. Default: none.</summary>
    public IReadOnlyList<IceServer> Servers { get; init; } = [];

    /// <summary>Which candidates are used. Default: all.</summary>
    public CandidatePolicy Policy { get; init; }

    /// <summary>
    /// The addresses to use, with port 0 for any; they are used as they are, loopback too. Empty for those of the interfaces without loopback, which are followed
    /// when they change. Two ends on a machine without a network need <c>127.0.0.1:0</c> here. Default: empty.
    /// </summary>
    public IReadOnlyList<TransportAddress> LocalAddresses { get; init; } = [];

    /// <summary>Decides which addresses of interfaces are used; null for all that RFC 8445 section 5.1.1.1 lets be candidates. Default: null.</summary>
    public Func<InterfaceAddress, bool>? InterfaceFilter { get; init; }

    /// <summary>How candidates are told. Default: each as soon as it is known.</summary>
    public SignalingMode Signaling { get; init; }

    /// <summary>How long <see cref="SignalingMode.Whole"/> waits for servers. Default: 3 s.</summary>
    public TimeSpan GatheringTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether this side only answers, on a host that everybody reaches (RFC 8445 section 2.5). Default: false.</summary>
    public bool IsLite { get; init; }

    /// <summary>Whether the first path is used at once and a better one later, towards peers that do so too. Default: true.</summary>
    public bool Renomination { get; init; } = true;

    /// <summary>How long no failure is called, as the peer's candidates may still come (RFC 8863). Default: 39.5 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(39_500);

    /// <summary>Whether TURN servers are asked for an IPv6 address too. Default: true.</summary>
    public bool RelaysIPv6 { get; init; } = true;

    /// <summary>Whether allocations should survive a change of this machine's address (RFC 8016). Default: false.</summary>
    public bool Mobility { get; init; }

    /// <summary>Decides about the certificates of TURN servers; null for what the system trusts. Default: null.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <inheritdoc cref="TurnClientOptions.RenewLogin"/>
    public Func<TurnLoginRequest, CancellationToken, ValueTask<TurnLogin?>>? RenewLogin { get; init; }

    internal ConnectivityOptions ToMachine() => new()
    {
        Ice = new IceAgentOptions { Role = Role, IsLite = IsLite, Renomination = Renomination, Patience = Patience },
        Policy = Policy,
        RelaysIPv6 = RelaysIPv6,
        Mobility = Mobility,
    };
}
