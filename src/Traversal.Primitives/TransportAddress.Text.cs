using System.Buffers;
using System.Text;

namespace Traversal.Primitives;

public readonly partial struct TransportAddress : ISpanFormattable, IUtf8SpanFormattable, ISpanParsable<TransportAddress>
{
    /// <summary>The longest text that formatting writes: an IPv6 address with its scope in brackets, a colon and a port.</summary>
    public const int MaxTextLength = 1 + 45 + 1 + 10 + 1 + 1 + 5;

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        TryFormat(text, out int length);
        return new string(text[..length]);
    }

    /// <summary>Writes <c>192.0.2.1:3478</c> or <c>[2001:db8::1]:3478</c>; <c>none</c> for the default value.</summary>
    /// <returns>Whether <paramref name="destination"/> was long enough; <see cref="MaxTextLength"/> always is.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        TryFormat(text, out charsWritten);
        if (charsWritten > destination.Length)
        {
            charsWritten = 0;
            return false;
        }

        Ascii.ToUtf16(text[..charsWritten], destination, out _);
        return true;
    }

    /// <inheritdoc cref="TryFormat(Span{char}, out int)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten)
    {
        // Formatted on the side, so that a destination that is too short keeps its content.
        Span<byte> text = stackalloc byte[MaxTextLength];
        var writer = new AddressTextWriter(text);
        writer.Write(in this);
        bytesWritten = writer.Written.TryCopyTo(utf8Destination) ? writer.Written.Length : 0;
        return bytesWritten > 0;
    }

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(destination, out charsWritten);

    bool IUtf8SpanFormattable.TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(utf8Destination, out bytesWritten);

    /// <summary>
    /// Reads <c>192.0.2.1:3478</c> or <c>[2001:db8::1%2]:3478</c>. The port must be there, and no other spelling of IPv4 is taken (leading
    /// zeros, hexadecimal, missing bytes), because programs disagree on what those mean.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TransportAddress result)
    {
        result = default;
        Span<byte> ascii = stackalloc byte[MaxTextLength];
        return Ascii.FromUtf16(text, ascii, out int length) == OperationStatus.Done && TryParse(ascii[..length], out result);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out TransportAddress)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out TransportAddress result)
    {
        bool read = new AddressTextReader(utf8Text).TryReadWithPort(out result);
        if (!read) result = default;
        return read;
    }

    /// <summary>Reads an address without a port, <c>192.0.2.1</c> or <c>2001:db8::1%2</c>, as strictly; the port is 0.</summary>
    public static bool TryParseAddress(ReadOnlySpan<char> text, out TransportAddress result)
    {
        result = default;
        Span<byte> ascii = stackalloc byte[MaxTextLength];
        return Ascii.FromUtf16(text, ascii, out int length) == OperationStatus.Done && TryParseAddress(ascii[..length], out result);
    }

    /// <inheritdoc cref="TryParseAddress(ReadOnlySpan{char}, out TransportAddress)"/>
    public static bool TryParseAddress(ReadOnlySpan<byte> utf8Text, out TransportAddress result)
    {
        bool read = new AddressTextReader(utf8Text).TryReadWithoutPort(out result);
        if (!read) result = default;
        return read;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out TransportAddress)"/>
    /// <exception cref="FormatException"><paramref name="text"/> is not of that form.</exception>
    public static TransportAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out TransportAddress result) ? result : throw new FormatException(
            $"'{text}' is not an address with a port, such as 192.0.2.1:3478 or [2001:db8::1]:3478.");

    static bool ISpanParsable<TransportAddress>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TransportAddress result) =>
        TryParse(s, out result);

    static TransportAddress ISpanParsable<TransportAddress>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<TransportAddress>.TryParse(string? s, IFormatProvider? provider, out TransportAddress result) =>
        TryParse(s, out result);

    static TransportAddress IParsable<TransportAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);
}
