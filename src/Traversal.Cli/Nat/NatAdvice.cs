using System.Globalization;
using Traversal.Stun.Discovery;

namespace Traversal.Cli.Nat;

/// <summary>What follows from a NAT's behaviour for somebody who wants to connect peers through it.</summary>
internal static class NatAdvice
{
    // Keepalives of ICE (RFC 8445 section 11).
    private static readonly TimeSpan UsualKeepalive = TimeSpan.FromSeconds(15);

    public static IEnumerable<string> For(NatBehavior nat)
    {
        if (ForConnecting(nat) is { } advice) yield return advice;
        if (nat.LifetimeAtMost is { } most && nat.LifetimeAtLeast <= UsualKeepalive)
            yield return string.Create(CultureInfo.InvariantCulture, $"Keepalives every 15 s are too few here: a binding may be gone after {most.TotalSeconds:0.#} s.");
    }

    private static string? ForConnecting(NatBehavior nat) => (nat.Mapping, nat.Filtering) switch
    {
        (NatMapping.None, NatFiltering.EndpointIndependent) => "Peers reach this machine directly.",
        (NatMapping.None, NatFiltering.Unknown) => "There is no NAT; whether a firewall keeps peers out is not known.",
        (NatMapping.None, _) => "There is no NAT, but a firewall: peers connect once both sides have sent, as ICE does.",
        (NatMapping.EndpointIndependent, NatFiltering.EndpointIndependent) => "Peers connect directly, whatever NAT they are behind.",
        (NatMapping.EndpointIndependent, NatFiltering.AddressDependent) => "Peers connect directly by ICE, whatever NAT they are behind.",
        (NatMapping.EndpointIndependent, NatFiltering.AddressAndPortDependent) =>
            "Peers connect directly by ICE, except those behind a NAT that maps by endpoint: have a TURN server for these.",
        (NatMapping.EndpointIndependent, _) => "Peers behind most NATs connect directly by ICE: have a TURN server for the others.",
        (NatMapping.Unknown, _) => null,
        _ => "Only peers without a NAT, or behind one that lets more in than it was sent to, connect directly: have a TURN server for the others.",
    };
}
