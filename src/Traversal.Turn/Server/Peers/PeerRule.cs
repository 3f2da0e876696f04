using System.Globalization;
using System.Net;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Allows or denies the peers of a network, on all ports or some.</summary>
public sealed record PeerRule
{
    /// <summary>A rule.</summary>
    /// <param name="allow">Whether it allows or denies.</param>
    /// <param name="network">The network; bits behind the prefix are ignored. IPv4 in an IPv4-mapped IPv6 address is taken as IPv4.</param>
    /// <param name="prefixLength">How many bits of the address count.</param>
    /// <param name="minPort">The first port it is about.</param>
    /// <param name="maxPort">The last port it is about.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prefix is longer than the address, or the ports are in the wrong order.</exception>
    public PeerRule(bool allow, in TransportAddress network, int prefixLength, ushort minPort = 0, ushort maxPort = ushort.MaxValue)
    {
        if (network.IsNone) throw new ArgumentException("A rule needs a network.", nameof(network));
        if (network.IsIPv4Mapped && prefixLength >= 96) prefixLength -= 96;
        Network = network.IsIPv4Mapped ? network.Unmapped().WithPort(0) : network.WithPort(0);
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, Network.AddressLength * 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPort, minPort);
        Allow = allow;
        PrefixLength = prefixLength;
        MinPort = minPort;
        MaxPort = maxPort;
    }

    /// <summary>Whether the rule allows or denies.</summary>
    public bool Allow { get; }

    /// <summary>The network; its port is 0.</summary>
    public TransportAddress Network { get; }

    /// <summary>How many bits of the address count.</summary>
    public int PrefixLength { get; }

    /// <summary>The first port that the rule is about.</summary>
    public ushort MinPort { get; }

    /// <summary>The last port that the rule is about.</summary>
    public ushort MaxPort { get; }

    internal bool CoversAllPorts => MinPort == 0 && MaxPort == ushort.MaxValue;

    /// <summary>
    /// Reads <c>10.0.0.0/8</c>, <c>192.0.2.1</c>, <c>fd00::/8</c>; with ports <c>10.0.0.0/8:5000-6000</c> or <c>[fd00::]/8:5000</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, bool allow, out PeerRule? rule)
    {
        rule = null;
        if (!TrySplit(text, out ReadOnlySpan<char> host, out ReadOnlySpan<char> prefix, out ReadOnlySpan<char> ports)) return false;
        if (!IPAddress.TryParse(host, out IPAddress? address)) return false;

        // The framework also takes 10.1 for 10.0.0.1, which is seldom what was meant.
        if (!host.Contains(':') && host.Count('.') != 3) return false;

        TransportAddress network = TransportAddress.From(address, 0);
        if (network.Scope != 0) return false;

        int length = network.AddressLength * 8;
        if (!prefix.IsEmpty && (!TryReadNumber(prefix, out length) || length > network.AddressLength * 8)) return false;
        if (network.IsIPv4Mapped && length < 96) return false;
        if (!TryReadPorts(ports, out int minPort, out int maxPort)) return false;

        rule = new PeerRule(allow, in network, length, (ushort)minPort, (ushort)maxPort);
        return true;
    }

    // An IPv6 network with ports stands in brackets, as everywhere.
    private static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out ReadOnlySpan<char> prefix, out ReadOnlySpan<char> ports)
    {
        prefix = ports = default;
        ReadOnlySpan<char> rest;
        if (text.StartsWith("["))
        {
            int close = text.IndexOf(']');
            host = close < 0 ? default : text[1..close];
            rest = close < 0 ? default : text[(close + 1)..];
            if (!host.Contains(':')) return false;
        }
        else
        {
            int end = text.IndexOf('/');
            if (end < 0 && text.Count(':') == 1) end = text.IndexOf(':');
            host = end < 0 ? text : text[..end];
            rest = end < 0 ? default : text[end..];
        }

        int colon = rest.IndexOf(':');
        if (colon >= 0)
        {
            ports = rest[(colon + 1)..];
            rest = rest[..colon];
            if (ports.IsEmpty) return false;
        }

        if (rest.IsEmpty) return true;
        prefix = rest[1..];
        return rest[0] == '/' && !prefix.IsEmpty;
    }

    private static bool TryReadPorts(ReadOnlySpan<char> text, out int minPort, out int maxPort)
    {
        (minPort, maxPort) = (0, ushort.MaxValue);
        if (text.IsEmpty) return true;

        int dash = text.IndexOf('-');
        if (!TryReadNumber(dash < 0 ? text : text[..dash], out minPort)) return false;
        maxPort = minPort;
        return (dash < 0 || TryReadNumber(text[(dash + 1)..], out maxPort)) && minPort <= maxPort && maxPort <= ushort.MaxValue;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
