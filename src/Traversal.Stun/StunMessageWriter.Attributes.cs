using System.Buffers.Binary;
using Traversal.Primitives;

namespace Traversal.Stun;

public ref partial struct StunMessageWriter
{
    // The length field has 16 bits and a message ends on a multiple of four (RFC 8489 section 5).
    private const int MaxBodyLength = 0xFFFC;

    /// <summary>Adds an attribute with this value.</summary>
    public void Add(StunAttributeType type, scoped ReadOnlySpan<byte> value)
    {
        if (!AttributeRules.MayWrite(type, value))
            _overflowed = true;
        else if (TryReserve(type, value.Length, out Span<byte> destination))
            value.CopyTo(destination);
    }

    /// <summary>Adds an attribute without a value, such as USE-CANDIDATE.</summary>
    public void AddEmpty(StunAttributeType type) => TryReserve(type, 0, out _);

    /// <summary>Adds an attribute whose value the caller writes in place; its padding is zero already.</summary>
    /// <param name="type">The type.</param>
    /// <param name="length">The length of the value in bytes.</param>
    /// <param name="value">The value's bytes, with whatever stood in the destination; empty when the result is false.</param>
    /// <returns>False when the writer is <see cref="Overflowed"/>.</returns>
    public bool TryReserve(StunAttributeType type, int length, out Span<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int start = _position + StunMessage.AttributeHeaderLength;
        int space = Math.Min(_destination.Length, StunMessage.HeaderLength + MaxBodyLength) - start;
        int padded = length + 3 & ~3;
        if (_overflowed || length > MaxBodyLength || padded > space)
        {
            _overflowed = true;
            value = default;
            return false;
        }

        Span<byte> attribute = _destination.Slice(_position, StunMessage.AttributeHeaderLength + padded);
        if (padded != length) BinaryPrimitives.WriteUInt32BigEndian(attribute[^4..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(attribute, (uint)type << 16 | (uint)length);
        value = attribute.Slice(StunMessage.AttributeHeaderLength, length);
        _position = start + padded;
        return true;
    }

    /// <summary>Adds a number of 32 bits.</summary>
    public void AddUInt32(StunAttributeType type, uint number)
    {
        if (TryReserve(type, sizeof(uint), out Span<byte> value)) BinaryPrimitives.WriteUInt32BigEndian(value, number);
    }

    /// <summary>Adds a number of 64 bits.</summary>
    public void AddUInt64(StunAttributeType type, ulong number)
    {
        if (TryReserve(type, sizeof(ulong), out Span<byte> value)) BinaryPrimitives.WriteUInt64BigEndian(value, number);
    }

    /// <summary>Adds an address in the clear (RFC 8489 section 14.1).</summary>
    /// <exception cref="ArgumentException"><paramref name="address"/> is the default value.</exception>
    public void AddAddress(StunAttributeType type, in TransportAddress address)
    {
        ThrowIfNone(in address);
        if (TryReserve(type, AddressAttribute.LengthOf(in address), out Span<byte> value)) AddressAttribute.Write(in address, value);
    }

    /// <summary>Adds an address behind the cookie and the transaction id (RFC 8489 section 14.2).</summary>
    /// <exception cref="ArgumentException"><paramref name="address"/> is the default value.</exception>
    public void AddXorAddress(StunAttributeType type, in TransportAddress address)
    {
        ThrowIfNone(in address);
        if (TryReserve(type, AddressAttribute.LengthOf(in address), out Span<byte> value))
            AddressAttribute.WriteXor(in address, _transactionId, value);
    }

    /// <summary>Adds ERROR-CODE (RFC 8489 section 14.8).</summary>
    /// <param name="code">300 to 699.</param>
    /// <param name="reason">UTF-8; the registry's phrase when empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code is outside that range.</exception>
    public void AddErrorCode(StunErrorCode code, scoped ReadOnlySpan<byte> reason = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((int)code, 300, nameof(code));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)code, 699, nameof(code));
        if (reason.IsEmpty) reason = StunErrorReason.For(code);
        if (reason.Length > StunLimits.MaxWrittenTextBytes)
            _overflowed = true;
        else if (TryReserve(StunAttributeType.ErrorCode, ErrorCodeAttribute.FixedLength + reason.Length, out Span<byte> value))
            ErrorCodeAttribute.Write(code, reason, value);
    }

    /// <summary>Adds UNKNOWN-ATTRIBUTES with what <see cref="StunMessage.FindUnknownRequired"/> found (RFC 8489 section 14.13).</summary>
    public void AddUnknownAttributes(scoped ReadOnlySpan<ushort> types)
    {
        if (!TryReserve(StunAttributeType.UnknownAttributes, types.Length * sizeof(ushort), out Span<byte> value)) return;
        for (int i = 0; i < types.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(value[(i * sizeof(ushort))..], types[i]);
    }

    /// <summary>
    /// Adds PASSWORD-ALGORITHMS, or PASSWORD-ALGORITHM with the one that was taken; none of them has parameters (RFC 8489 section 18.5).
    /// </summary>
    public void AddPasswordAlgorithms(StunAttributeType type, params ReadOnlySpan<PasswordAlgorithm> algorithms)
    {
        if (!TryReserve(type, algorithms.Length * sizeof(uint), out Span<byte> value)) return;
        for (int i = 0; i < algorithms.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(value[(i * sizeof(uint))..], (uint)algorithms[i] << 16);
    }

    private static void ThrowIfNone(in TransportAddress address)
    {
        if (address.IsNone) throw new ArgumentException("There is no address to write.", nameof(address));
    }
}
