namespace Traversal.Turn.Server;

/// <summary>
/// The rules of one address family, compiled: networks either nest or are disjoint, so the address space falls into ranges that each have one
/// innermost network, and a binary search finds it.
/// </summary>
internal sealed class PeerRuleTable
{
    private const int None = -1;

    private readonly Network[] _networks;
    private readonly UInt128[] _starts;
    private readonly int[] _innermost;

    public PeerRuleTable(IEnumerable<PeerRule> rules)
    {
        _networks = [.. rules.GroupBy(KeyOf).Select(Network.From).OrderBy(network => network.First).ThenBy(network => network.PrefixLength)];
        List<UInt128> starts = [0];
        List<int> innermost = [None];
        Stack<int> open = new();
        for (int i = 0; i < _networks.Length; i++)
        {
            CloseBefore(_networks[i].First, open, starts, innermost);
            _networks[i].Parent = open.Count > 0 ? open.Peek() : None;
            open.Push(i);
            Mark(_networks[i].First, i, starts, innermost);
        }

        CloseBefore(null, open, starts, innermost);
        _starts = [.. starts];
        _innermost = [.. innermost];
    }

    /// <summary>Decides about an address, on <paramref name="port"/> or on whichever port it is best off.</summary>
    public PeerAccess Evaluate(UInt128 address, ushort port, bool anyPort)
    {
        int range = Array.BinarySearch(_starts, address);
        for (int i = _innermost[range < 0 ? ~range - 1 : range]; i != None; i = _networks[i].Parent)
        {
            foreach (PeerRule rule in _networks[i].Rules)
            {
                if (!anyPort && (port < rule.MinPort || port > rule.MaxPort)) continue;
                if (rule.Allow) return PeerAccess.AllowedByRule;

                // A rule that denies some ports leaves others to the rules behind it.
                if (!anyPort || rule.CoversAllPorts) return PeerAccess.Denied;
            }
        }

        return PeerAccess.Allowed;
    }

    private static (UInt128 First, int PrefixLength) KeyOf(PeerRule rule) => (BitsOf(rule) & ~HostMask(rule), rule.PrefixLength);

    private static UInt128 BitsOf(PeerRule rule) =>
        rule.Network.IsIPv4 ? rule.Network.IPv4Bits : new UInt128(rule.Network.HighBits, rule.Network.LowBits);

    private static UInt128 HostMask(PeerRule rule)
    {
        int hostBits = rule.Network.AddressLength * 8 - rule.PrefixLength;
        return hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1;
    }

    // Networks that end before the next one begins give way to those around them.
    private void CloseBefore(UInt128? next, Stack<int> open, List<UInt128> starts, List<int> innermost)
    {
        while (open.Count > 0 && (next is null || _networks[open.Peek()].Last < next))
        {
            UInt128 last = _networks[open.Pop()].Last;
            if (last != UInt128.MaxValue) Mark(last + 1, open.Count > 0 ? open.Peek() : None, starts, innermost);
        }
    }

    private static void Mark(UInt128 start, int network, List<UInt128> starts, List<int> innermost)
    {
        if (starts[^1] == start)
        {
            innermost[^1] = network;
            return;
        }

        starts.Add(start);
        innermost.Add(network);
    }

    private sealed class Network
    {
        public required UInt128 First { get; init; }

        public required UInt128 Last { get; init; }

        public required int PrefixLength { get; init; }

        /// <summary>Narrow ranges of ports first; the order among equals stays, so the operator's come before the built-in ones.</summary>
        public required PeerRule[] Rules { get; init; }

        public int Parent { get; set; }

        public static Network From(IGrouping<(UInt128 First, int PrefixLength), PeerRule> rules) => new()
        {
            First = rules.Key.First,
            Last = rules.Key.First | HostMask(rules.First()),
            PrefixLength = rules.Key.PrefixLength,
            Rules = [.. rules.OrderBy(rule => rule.MaxPort - rule.MinPort)],
        };
    }
}
