using System.Diagnostics;
using System.Globalization;

namespace Traversal.Primitives;

/// <summary>Writes an address as UTF-8 the way RFC 5952 says: lower case, no leading zeros, the longest run of zero groups as <c>::</c>.</summary>
internal ref struct AddressTextWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _destination[.._length];

    public void Write(in TransportAddress address)
    {
        switch (address.Family)
        {
            case IPFamily.IPv4:
                WriteIPv4(address.IPv4Bits);
                break;
            case IPFamily.IPv6:
                Write((byte)'[');
                WriteIPv6(in address);
                WriteScope(address.Scope);
                Write((byte)']');
                break;
            default:
                "none"u8.CopyTo(_destination);
                _length = 4;
                return;
        }

        Write((byte)':');
        Write(address.Port);
    }

    private void WriteIPv4(uint bits)
    {
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            Write(bits >> shift & 0xFF);
            if (shift > 0) Write((byte)'.');
        }
    }

    private void WriteIPv6(in TransportAddress address)
    {
        if (address.IsIPv4Mapped)
        {
            "::ffff:"u8.CopyTo(_destination[_length..]);
            _length += 7;
            WriteIPv4((uint)address.LowBits);
            return;
        }

        (int zerosStart, int zerosLength) = LongestZeroRun(in address);
        for (int group = 0; group < 8; group++)
        {
            if (group == zerosStart)
            {
                "::"u8.CopyTo(_destination[_length..]);
                _length += 2;
                group += zerosLength - 1;
                continue;
            }

            if (group > 0 && group != zerosStart + zerosLength) Write((byte)':');
            WriteHex(Group(in address, group));
        }
    }

    private void WriteScope(uint scope)
    {
        if (scope == 0) return;
        Write((byte)'%');
        Write(scope);
    }

    private static uint Group(in TransportAddress address, int index) =>
        (uint)((index < 4 ? address.HighBits : address.LowBits) >> (48 - (index & 3) * 16)) & 0xFFFF;

    private static (int Start, int Length) LongestZeroRun(in TransportAddress address)
    {
        int bestStart = -1, bestLength = 1; // A single zero group is not shortened (RFC 5952 section 4.2.2).
        for (int start = 0; start < 8; start++)
        {
            int end = start;
            while (end < 8 && Group(in address, end) == 0) end++;
            if (end - start > bestLength) (bestStart, bestLength) = (start, end - start);
            start = end;
        }

        return bestStart < 0 ? (-1, 0) : (bestStart, bestLength);
    }

    private void Write(byte character) => _destination[_length++] = character;

    private void Write(uint number)
    {
        bool fits = number.TryFormat(_destination[_length..], out int written, default, CultureInfo.InvariantCulture);
        Debug.Assert(fits, "MaxTextLength covers every address.");
        _length += written;
    }

    private void WriteHex(uint group)
    {
        bool fits = group.TryFormat(_destination[_length..], out int written, "x", CultureInfo.InvariantCulture);
        Debug.Assert(fits, "MaxTextLength covers every address.");
        _length += written;
    }
}
