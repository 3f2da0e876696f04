using System.Buffers;
using System.Buffers.Text;
using Traversal.Primitives;

namespace Traversal.Transport.Proxies;

/// <summary>Version 1 of the PROXY protocol: <c>PROXY TCP4 192.0.2.1 198.51.100.1 51234 3478</c> and an end of line.</summary>
internal static class TextProxyHeader
{
    /// <summary>The longest line, with its end (PROXY protocol section 2.1).</summary>
    private const int MaxLength = 107;

    private static ReadOnlySpan<byte> Signature => "PROXY "u8;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    public static OperationStatus TryParse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        header = default;
        if (!ProxyHeader.Begins(bytes, Signature)) return OperationStatus.InvalidData;

        ReadOnlySpan<byte> line = bytes[..Math.Min(bytes.Length, MaxLength)];
        int end = line.IndexOf(LineEnd);
        if (end < 0) return line.Length < MaxLength ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        if (!TryReadClient(line[Signature.Length..end], out TransportAddress client)) return OperationStatus.InvalidData;

        header = new ProxyHeader(end + LineEnd.Length, in client);
        return OperationStatus.Done;
    }

    private static bool TryReadClient(ReadOnlySpan<byte> rest, out TransportAddress client)
    {
        client = default;
        ReadOnlySpan<byte> family = NextWord(ref rest);
        if (family.SequenceEqual("UNKNOWN"u8)) return true;

        IPFamily expected = family.SequenceEqual("TCP4"u8) ? IPFamily.IPv4 : family.SequenceEqual("TCP6"u8) ? IPFamily.IPv6 : IPFamily.None;
        bool isValid = TransportAddress.TryParseAddress(NextWord(ref rest), out TransportAddress source) && source.Family == expected && source.Scope == 0;
        isValid &= TransportAddress.TryParseAddress(NextWord(ref rest), out TransportAddress destination) && destination.Family == expected;
        isValid &= TryReadPort(NextWord(ref rest), out ushort port);
        isValid &= TryReadPort(rest, out _);
        client = source.WithPort(port).Unmapped();
        return isValid;
    }

    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word;
    }

    private static bool TryReadPort(ReadOnlySpan<byte> text, out ushort port) =>
        Utf8Parser.TryParse(text, out port, out int consumed) && consumed == text.Length && char.IsAsciiDigit((char)text[0]);
}
