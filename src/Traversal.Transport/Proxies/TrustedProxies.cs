using Traversal.Primitives;

namespace Traversal.Transport.Proxies;

/// <summary>The networks whose word is taken for where a client is. Any thread may ask.</summary>
public sealed class TrustedProxies
{
    private readonly Network[] _networks;

    private TrustedProxies(Network[] networks) => _networks = networks;

    /// <summary>Reads networks, each <c>ADDRESS/BITS</c> or <c>ADDRESS</c>.</summary>
    /// <param name="texts">The networks.</param>
    /// <param name="proxies">What was read.</param>
    /// <param name="mistake">The first text that is none; null if there is no such.</param>
    public static bool TryCreate(IEnumerable<string> texts, out TrustedProxies proxies, out string? mistake)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var networks = new List<Network>();
        mistake = null;
        foreach (string text in texts)
        {
            if (!TryParse(text, out Network network))
            {
                mistake = text;
                break;
            }

            networks.Add(network);
        }

        proxies = new TrustedProxies([.. networks]);
        return mistake is null;
    }

    /// <summary>Whether an address is one of theirs.</summary>
    public bool Contains(in TransportAddress address)
    {
        foreach (ref readonly Network network in _networks.AsSpan())
        {
            if (network.Contains(in address)) return true;
        }

        return false;
    }

    private static bool TryParse(string text, out Network network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> host = slash < 0 ? text : text.AsSpan(0, slash);
        if (!TransportAddress.TryParseAddress(host, out TransportAddress address)) return false;

        int all = address.AddressLength * 8;
        int bits = all;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out bits) || bits > all)) return false;
        network = new Network(in address, bits);
        return true;
    }

    private readonly struct Network
    {
        private readonly IPFamily _family;
        private readonly ulong _highMask;
        private readonly ulong _lowMask;
        private readonly ulong _high;
        private readonly ulong _low;

        public Network(in TransportAddress address, int bits)
        {
            _family = address.Family;

            // An IPv4 address stands in the low 32 bits.
            int ahead = address.IsIPv4 ? bits + 96 : bits;
            _highMask = Mask(ahead);
            _lowMask = Mask(ahead - 64);
            _high = address.HighBits & _highMask;
            _low = address.LowBits & _lowMask;
        }

        public bool Contains(in TransportAddress address) =>
            address.Family == _family && (address.HighBits & _highMask) == _high && (address.LowBits & _lowMask) == _low;

        private static ulong Mask(int bits) => bits switch
        {
            <= 0 => 0,
            >= 64 => ulong.MaxValue,
            _ => ulong.MaxValue << (64 - bits),
        };
    }
}
