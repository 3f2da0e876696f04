using System.Globalization;

namespace Traversal.Primitives;

/// <summary>
/// Reads addresses strictly: four decimal bytes without leading zeros, IPv6 as in RFC 4291 section 2.2 with a numeric scope. The framework's
/// parser takes <c>0x7f.1</c> and <c>010.0.0.1</c> too, which a filter in front may read otherwise, and asks the system for interface names.
/// </summary>
internal ref struct AddressTextReader(ReadOnlySpan<byte> text)
{
    private const int Groups = 8;
    private const int LongestGroup = 4;

    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Reads the whole text as <c>192.0.2.1:3478</c> or <c>[2001:db8::1]:3478</c>.</summary>
    public bool TryReadWithPort(out TransportAddress result)
    {
        bool bracketed = Skip("["u8);
        bool read = bracketed ? TryReadIPv6(out result) && Skip("]"u8) : TryReadIPv4(out result);
        if (!read || !Skip(":"u8) || !TryReadNumber(ushort.MaxValue, out uint port) || !_rest.IsEmpty) return false;

        result = result.WithPort((ushort)port);
        return true;
    }

    /// <summary>Reads the whole text as <c>192.0.2.1</c> or <c>2001:db8::1</c>; the port is 0.</summary>
    public bool TryReadWithoutPort(out TransportAddress result)
    {
        bool read = _rest.Contains((byte)':') ? TryReadIPv6(out result) : TryReadIPv4(out result);
        return read && _rest.IsEmpty;
    }

    private bool TryReadIPv4(out TransportAddress result)
    {
        result = default;
        uint bits = 0;
        for (int index = 0; index < 4; index++)
        {
            if (index > 0 && !Skip("."u8)) return false;
            if (!TryReadNumber(byte.MaxValue, out uint value)) return false;
            bits = bits << 8 | value;
        }

        result = TransportAddress.FromIPv4(bits, 0);
        return true;
    }

    private bool TryReadIPv6(out TransportAddress result)
    {
        result = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        if (!TryReadGroups(groups)) return false;

        uint scope = 0;
        if (Skip("%"u8) && !TryReadNumber(uint.MaxValue, out scope)) return false;

        ulong high = 0, low = 0;
        foreach (ushort group in groups[..4]) high = high << 16 | group;
        foreach (ushort group in groups[4..]) low = low << 16 | group;
        result = TransportAddress.FromIPv6(high, low, 0, scope);
        return true;
    }

    private bool TryReadGroups(scoped Span<ushort> groups)
    {
        int count = 0;
        int gap = Skip("::"u8) ? 0 : -1;
        while (count < Groups && StartsWithHex())
        {
            if (StartsWithIPv4())
            {
                if (count > Groups - 2 || !TryReadIPv4(out TransportAddress embedded)) return false;
                groups[count++] = (ushort)(embedded.IPv4Bits >> 16);
                groups[count++] = (ushort)embedded.IPv4Bits;
                break;
            }

            if (!TryReadGroup(out groups[count++])) return false;
            if (Skip("::"u8))
            {
                if (gap >= 0) return false;
                gap = count;
            }
            else if (!Skip(":"u8))
            {
                break;
            }
            else if (!StartsWithHex())
            {
                return false;
            }
        }

        if (gap < 0) return count == Groups;
        if (count == Groups) return false;

        // What was read behind the gap belongs at the end.
        int behind = count - gap;
        groups[gap..count].CopyTo(groups[^behind..]);
        groups[gap..^behind].Clear();
        return true;
    }

    private readonly bool StartsWithHex() => !_rest.IsEmpty && char.IsAsciiHexDigit((char)_rest[0]);

    private readonly bool StartsWithIPv4()
    {
        int mark = _rest.IndexOfAny((byte)'.', (byte)':');
        return mark > 0 && _rest[mark] == '.';
    }

    private bool TryReadGroup(out ushort group)
    {
        int length = 0;
        while (length < _rest.Length && length < LongestGroup && char.IsAsciiHexDigit((char)_rest[length])) length++;

        bool read = ushort.TryParse(_rest[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out group);
        _rest = _rest[length..];
        return read;
    }

    private bool TryReadNumber(uint max, out uint number)
    {
        ulong value = 0;
        int length = 0;
        for (; length < _rest.Length && char.IsAsciiDigit((char)_rest[length]) && value <= max; length++) value = value * 10 + _rest[length] - '0';

        bool leadingZero = length > 1 && _rest[0] == '0';
        number = (uint)value;
        _rest = _rest[length..];
        return length > 0 && value <= max && !leadingZero;
    }

    private bool Skip(scoped ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected)) return false;
        _rest = _rest[expected.Length..];
        return true;
    }
}
