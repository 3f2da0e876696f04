using System.Globalization;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The prefix of a translator (NAT64) in the operator's network: an IPv6 address within stands for the IPv4 address inside it (RFC 6052).</summary>
public sealed record TranslationPrefix
{
    /// <summary>Bits 64 to 71 are zeros and carry nothing of the IPv4 address (RFC 6052 section 2.2).</summary>
    private const int ReservedByte = 8;

    private TranslationPrefix(in TransportAddress network, int length) => (Network, Length) = (network.WithPort(0), length);

    /// <summary>The prefix; bits behind it are ignored.</summary>
    public TransportAddress Network { get; }

    /// <summary>Its length in bits: 32, 40, 48, 56, 64 or 96 (RFC 6052 section 2.2).</summary>
    public int Length { get; }

    /// <summary>Reads <c>2a00:64::/96</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TranslationPrefix? prefix)
    {
        prefix = null;
        int slash = text.IndexOf('/');
        if (slash < 0 || !TransportAddress.TryParseAddress(text[..slash], out TransportAddress network)) return false;
        if (!network.IsIPv6 || network.Scope != 0 || network.IsIPv4Mapped) return false;
        if (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int length)) return false;
        if (length is not (32 or 40 or 48 or 56 or 64 or 96)) return false;

        prefix = new TranslationPrefix(in network, length);
        return true;
    }

    /// <summary>Reads the IPv4 address inside <paramref name="address"/>, if that begins with the prefix.</summary>
    internal bool TryRead(in TransportAddress address, out TransportAddress embedded)
    {
        embedded = default;
        if (!address.IsIPv6) return false;

        var bits = new UInt128(address.HighBits, address.LowBits);
        if ((bits ^ new UInt128(Network.HighBits, Network.LowBits)) >> (128 - Length) != 0) return false;

        uint inside = 0;
        for (int read = 0, at = Length / 8; read < 4; at++)
        {
            if (at == ReservedByte) continue;
            inside = inside << 8 | (byte)(bits >> (120 - at * 8));
            read++;
        }

        embedded = TransportAddress.FromIPv4(inside, address.Port);
        return true;
    }
}
