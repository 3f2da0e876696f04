using System.Globalization;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Stun.Discovery;

namespace Traversal.Cli.Nat;

/// <summary>What was discovered, in plain words.</summary>
internal static class NatText
{
    public static void Write(NatBehavior nat, in TransportAddress server, TextWriter output)
    {
        string answered = nat.RoundTrip is { } time ? string.Create(CultureInfo.InvariantCulture, $", answered in {time.TotalMilliseconds:0.#} ms") : "";
        string other = nat.OtherAddress.IsNone ? "" : $", also at {nat.OtherAddress}";
        Line("server", $"{server}{answered}{other}");
        Line("local address", nat.LocalAddress.ToString());
        Line("public address", nat.MappedAddress + PortText(nat));
        Line("mapping", MappingText(nat));
        Line("filtering", FilteringText(nat));
        if (nat.Hairpins is { } hairpins) Line("hairpinning", hairpins ? "yes" : "no: two machines behind this NAT do not reach each other by public addresses");
        if (nat.LifetimeObstacle != DiscoveryObstacle.NotTested) Line("lifetime", LifetimeText(nat));
        if (nat.RewritesPayload) Line("beware", "something on the path rewrites addresses inside of packets");
        output.WriteLine();
        foreach (string advice in NatAdvice.For(nat)) output.WriteLine(advice);

        void Line(string name, string text) => output.WriteLine($"{name,-15} {text}");
    }

    public static string WhyUnreachable(NatBehavior nat) => nat.MappingObstacle == DiscoveryObstacle.Rejected
        ? $"answered with an error: {(nat.Error == StunErrorCode.None ? "no code" : $"{(int)nat.Error}")}."
        : "did not answer: it is down, or UDP does not get through to it, in which case TURN over TCP or TLS is the way out.";

    public static string WhyNot(NetworkStatus status) => status switch
    {
        NetworkStatus.Refused => "nobody listens there",
        NetworkStatus.Unreachable => "there is no way to it",
        _ => status.ToString(),
    };

    private static string PortText(NatBehavior nat) => nat.PreservesPort switch
    {
        null => " (no NAT)",
        true => " (the port is kept)",
        false => " (the port is changed)",
    };

    private static string MappingText(NatBehavior nat) => nat.Mapping switch
    {
        NatMapping.None => "none: there is no NAT",
        NatMapping.EndpointIndependent => "endpoint-independent: everybody sees the same public address",
        NatMapping.AddressDependent => "address-dependent: each remote address sees another public address",
        NatMapping.AddressAndPortDependent => "address- and port-dependent: each remote address and port sees another public address",
        NatMapping.EndpointDependent => "endpoint-dependent: two servers see two public addresses",
        _ => Unknown(nat.MappingObstacle),
    };

    private static string FilteringText(NatBehavior nat) => nat.Filtering switch
    {
        NatFiltering.EndpointIndependent => "endpoint-independent: everybody gets in at a port that is in use",
        NatFiltering.AddressDependent => "address-dependent: who was sent to gets in, from any port",
        NatFiltering.AddressAndPortDependent => "address- and port-dependent: who was sent to gets in, from that port alone",
        _ => Unknown(nat.FilteringObstacle),
    };

    private static string LifetimeText(NatBehavior nat) => nat switch
    {
        { LifetimeObstacle: not DiscoveryObstacle.None } => Unknown(nat.LifetimeObstacle),
        { LifetimeAtMost: { } most } => $"a binding lives for {Seconds(nat.LifetimeAtLeast)} of silence, and is gone after {Seconds(most)}",
        _ => $"a binding lives for {Seconds(nat.LifetimeAtLeast)} of silence at least",
    };

    private static string Unknown(DiscoveryObstacle obstacle) => "unknown: " + obstacle switch
    {
        DiscoveryObstacle.NoOtherAddress => "the server has no second address (--second names another server for the mapping)",
        DiscoveryObstacle.OtherAddressSilent => "the server's second address does not answer",
        DiscoveryObstacle.NotSupported => "the server does not answer from, or to, where it is asked to",
        DiscoveryObstacle.Rejected => "the server refuses",
        _ => "the server does not answer",
    };

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
