using Traversal.Peer.Dns;

namespace Traversal.Client;

/// <summary>Straightforward NAPTR rules (RFC 3958) for relays (RFC 5928 section 3 step 4).</summary>
internal static class RelayRules
{
    private const string Service = "RELAY";

    /// <summary>The rules that lead to a relay over a transport that is wanted, by their ranking; among equals as the application prefers.</summary>
    public static IEnumerable<(DnsNamingAuthority Rule, ServerTransport Transport)> For(
        IEnumerable<DnsNamingAuthority> rules, IReadOnlyList<ServerTransport> transports) =>
        from rule in rules
        where rule.RegularExpression.Length == 0 && IsFlag(rule.Flags)
        let words = rule.Services.Split(':')
        where words[0].Equals(Service, StringComparison.OrdinalIgnoreCase)
        from ranked in transports.Index()
        where words.Skip(1).Contains(TagOf(ranked.Item), StringComparer.OrdinalIgnoreCase)
        orderby rule.Order, rule.Preference, ranked.Index
        select (rule, ranked.Item);

    private static bool IsFlag(string flags) => flags.Length == 0 || flags.Equals("S", StringComparison.OrdinalIgnoreCase) || flags.Equals("A", StringComparison.OrdinalIgnoreCase);

    private static string TagOf(ServerTransport transport) => transport switch
    {
        ServerTransport.Udp => "turn.udp",
        ServerTransport.Tcp => "turn.tcp",
        _ => "turn.tls",
    };
}
