using Traversal.Primitives;

namespace Traversal.Server;

/// <summary>Which listeners make NAT behaviour discovery possible: two on UDP, on two addresses, with one port (RFC 5780 section 6).</summary>
internal static class DiscoveryPairs
{
    /// <summary>The place of the first of each pair, by the place of the second; a listener is in one pair at most.</summary>
    public static Dictionary<int, int> Find(IReadOnlyList<ListenEndpoint> listeners)
    {
        var pairs = new Dictionary<int, int>();
        var alone = new Dictionary<(IPFamily Family, ushort Port), int>();
        for (int place = 0; place < listeners.Count; place++)
        {
            TransportAddress address = listeners[place].Address;
            if (listeners[place].Transport != ListenTransport.Udp || address.IsUnspecified) continue;

            (IPFamily, ushort) key = (address.Family, address.Port);
            if (!alone.TryGetValue(key, out int first))
            {
                alone[key] = place;
            }
            else if (!listeners[first].Address.HasSameAddress(in address))
            {
                alone.Remove(key);
                pairs[place] = first;
            }
        }

        return pairs;
    }
}
