using System.Globalization;
using Traversal.Primitives;

namespace Traversal.Ice;

public sealed partial record IceCandidate
{
    /// <summary>The longest line that is read, in characters. Real ones have some 150.</summary>
    public const int MaxTextLength = 1024;

    private const string Prefix = "candidate:", SdpPrefix = "a=";
    private const int MaxFoundationLength = 32;

    /// <summary>The line without <c>a=</c>, as it is handed to the other side.</summary>
    public override string ToString()
    {
        string transport = Transport == IceTransport.Udp ? "udp" : "tcp";
        string related = RelatedAddress.IsNone
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" raddr {AddressText(RelatedAddress)} rport {RelatedAddress.Port}");
        string extensions = Extensions.Length == 0 ? "" : " " + Extensions;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{Foundation} {Component} {transport} {Priority} {HostName ?? AddressText(Address)} {Address.Port} typ {NameOf(Kind)}{related}{extensions}");
    }

    /// <summary>
    /// Reads a line, with or without <c>candidate:</c> and <c>a=</c> in front. What it says behind the address is kept, known or not.
    /// </summary>
    /// <returns>False for a line that breaks the grammar, that is too long, or whose type or transport nobody knows.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out IceCandidate? candidate)
    {
        candidate = null;
        text = text.TrimEnd("\r\n ");
        if (text.Length > MaxTextLength) return false;
        if (text.StartsWith(SdpPrefix)) text = text[SdpPrefix.Length..];
        if (text.StartsWith(Prefix)) text = text[Prefix.Length..];

        var words = new CandidateWords(text);
        if (!words.TryNext(out ReadOnlySpan<char> foundation) || !IceText.IsIceChars(foundation, 1, MaxFoundationLength)) return false;
        if (!words.TryNumber(MinComponent, MaxComponent, out uint component)) return false;
        if (!words.TryNext(out ReadOnlySpan<char> transportName) || !TryReadTransport(transportName, out IceTransport transport)) return false;
        if (!words.TryNumber(1, CandidatePriority.Max, out uint priority)) return false;
        if (!words.TryNext(out ReadOnlySpan<char> host) || !words.TryNumber(0, ushort.MaxValue, out uint port)) return false;
        if (!words.TryNext(out ReadOnlySpan<char> typ) || typ is not "typ") return false;
        if (!words.TryNext(out ReadOnlySpan<char> kindName) || !TryReadKind(kindName, out IceCandidateKind kind)) return false;
        if (!TryReadRelated(ref words, out TransportAddress related)) return false;
        if (!AreExtensions(words.Rest)) return false;

        bool isAddress = TransportAddress.TryParseAddress(host, out TransportAddress address);
        if (!isAddress && !IceText.IsHostName(host)) return false;

        candidate = new IceCandidate
        {
            Foundation = foundation.ToString(),
            Component = (int)component,
            Transport = transport,
            Priority = priority,
            Address = (isAddress ? address : TransportAddress.FromIPv4(0, 0)).WithPort((ushort)port),
            HostName = isAddress ? null : host.ToString(),
            Kind = kind,
            RelatedAddress = related,
            Extensions = words.Rest.ToString(),
        };
        return true;
    }

    // Where raddr is a name, or a wildcard that hides the address, the candidate is as good without (RFC 8839 section 5.1).
    private static bool TryReadRelated(ref CandidateWords words, out TransportAddress related)
    {
        related = default;
        CandidateWords start = words;
        if (!words.TryNext(out ReadOnlySpan<char> name) || name is not "raddr")
        {
            words = start;
            return true;
        }

        if (!words.TryNext(out ReadOnlySpan<char> host)) return false;
        if (!words.TryNext(out name) || name is not "rport" || !words.TryNumber(0, ushort.MaxValue, out uint port)) return false;
        if (TransportAddress.TryParseAddress(host, out related)) related = related.WithPort((ushort)port);
        return true;
    }

    private static bool AreExtensions(ReadOnlySpan<char> text)
    {
        var words = new CandidateWords(text);
        while (!words.IsAtEnd)
        {
            if (!words.TryNext(out _) || !words.TryNext(out _)) return false;
        }

        return true;
    }

    private static bool TryReadTransport(ReadOnlySpan<char> name, out IceTransport transport)
    {
        transport = name.Equals("tcp", StringComparison.OrdinalIgnoreCase) ? IceTransport.Tcp : IceTransport.Udp;
        return transport == IceTransport.Tcp || name.Equals("udp", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryReadKind(ReadOnlySpan<char> name, out IceCandidateKind kind)
    {
        (kind, bool isKnown) = name switch
        {
            "host" => (IceCandidateKind.Host, true),
            "srflx" => (IceCandidateKind.ServerReflexive, true),
            "prflx" => (IceCandidateKind.PeerReflexive, true),
            "relay" => (IceCandidateKind.Relayed, true),
            _ => (IceCandidateKind.Host, false),
        };
        return isKnown;
    }

    private static string NameOf(IceCandidateKind kind) => kind switch
    {
        IceCandidateKind.ServerReflexive => "srflx",
        IceCandidateKind.PeerReflexive => "prflx",
        IceCandidateKind.Relayed => "relay",
        _ => "host",
    };

    // Without port and brackets; a scope says nothing to another machine.
    private static string AddressText(in TransportAddress address)
    {
        string text = (address.IsIPv6 ? TransportAddress.FromIPv6(address.HighBits, address.LowBits, address.Port) : address).ToString();
        return text[..text.LastIndexOf(':')].Trim('[', ']');
    }
}
