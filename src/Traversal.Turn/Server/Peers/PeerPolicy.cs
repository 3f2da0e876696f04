using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Which peers may be reached. The most specific rule about an address wins, whichever way it decides: the longest prefix, then the narrower range of
/// ports, then the one that denies. Special-purpose networks are denied by rules of their own, over which an equal rule of the operator wins; all
/// else is allowed. Immutable and safe from any thread.
/// </summary>
/// <remarks>
/// An IPv6 address that a translator or tunnel would turn into IPv4 is reachable only when both forms are. Tunnels (6to4, Teredo) cannot be
/// allowed at all (RFC 8656 section 21.4). The server's own listeners are refused by the machine, whatever the policy.
/// </remarks>
public sealed class PeerPolicy
{
    private readonly PeerRuleTable _ipv4;
    private readonly PeerRuleTable _ipv6;

    private readonly TranslationPrefix[] _translators;

    private PeerPolicy(List<PeerRule> rules, IEnumerable<TranslationPrefix> translators)
    {
        _translators = [.. translators];
        _ipv4 = new PeerRuleTable(rules.Where(rule => rule.Network.IsIPv4));
        _ipv6 = new PeerRuleTable(rules.Where(rule => rule.Network.IsIPv6));
        HasPortRules = rules.Exists(rule => !rule.CoversAllPorts);
    }

    /// <summary>Without rules of an operator.</summary>
    public static PeerPolicy Default { get; } = Create([]);

    /// <summary>Whether some rule is about some ports only, so that the port of each packet matters.</summary>
    public bool HasPortRules { get; }

    /// <summary>The rules of an operator over those about special-purpose networks.</summary>
    /// <param name="rules">The operator's rules.</param>
    /// <param name="translators">Prefixes of translators besides those that the registries name.</param>
    public static PeerPolicy Create(IEnumerable<PeerRule> rules, IEnumerable<TranslationPrefix>? translators = null)
    {
        ArgumentNullException.ThrowIfNull(rules);

        // A later rule with the same network and ports is a repetition or, among the operator's, a contradiction in which denial wins.
        List<PeerRule> all = [.. rules.OrderBy(rule => rule.Allow)];
        all.AddRange(SpecialPurposeNetworks.Rules);
        return new PeerPolicy(all, translators ?? []);
    }

    /// <summary>Decides about one peer.</summary>
    public PeerAccess Evaluate(in TransportAddress peer) => Evaluate(in peer, anyPort: false);

    /// <summary>Decides about an IP address, as a permission does: allowed when some port of it is.</summary>
    public PeerAccess EvaluateAddress(in TransportAddress peer) => Evaluate(in peer, anyPort: true);

    private PeerAccess Evaluate(in TransportAddress peer, bool anyPort)
    {
        TransportAddress address = peer.Unmapped();
        if (address.IsNone || SpecialPurposeNetworks.IsTunnel(in address)) return PeerAccess.Denied;

        PeerAccess access = EvaluateForm(in address, anyPort);
        if (access == PeerAccess.Denied) return access;
        if (EmbeddedIPv4.TryRead(in address, out TransportAddress embedded) && EvaluateForm(in embedded, anyPort) == PeerAccess.Denied)
            return PeerAccess.Denied;

        foreach (TranslationPrefix translator in _translators)
        {
            if (translator.TryRead(in address, out embedded) && EvaluateForm(in embedded, anyPort) == PeerAccess.Denied) return PeerAccess.Denied;
        }

        return access;
    }

    private PeerAccess EvaluateForm(in TransportAddress address, bool anyPort) =>
        address.IsIPv4
            ? _ipv4.Evaluate(address.IPv4Bits, address.Port, anyPort)
            : _ipv6.Evaluate(new UInt128(address.HighBits, address.LowBits), address.Port, anyPort);
}
