using System.Buffers.Binary;
using Traversal.Primitives;

namespace Traversal.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>
    /// The attributes that count, in order: after an integrity attribute only MESSAGE-INTEGRITY-SHA256 and FINGERPRINT do (RFC 8489
    /// sections 14.5 and 14.6). What an attacker appended to a protected message is thus never seen.
    /// </summary>
    public StunAttributeEnumerator GetEnumerator() => new(_bytes, _end, _integrity, _integritySha256, _fingerprint);

    /// <summary>Every attribute, those included that do not count: for tools that show a message, not for handlers.</summary>
    public StunAttributeEnumerator AllAttributes => new(_bytes, _bytes.Length, 0, 0, 0);

    /// <summary>Whether an attribute of this type counts.</summary>
    public bool Has(StunAttributeType type) => TryGet(type, out _);

    /// <summary>The value, without padding, of the first attribute of this type that counts.</summary>
    public bool TryGet(StunAttributeType type, out ReadOnlySpan<byte> value)
    {
        int offset = Find(type);
        if (offset == 0)
        {
            value = default;
            return false;
        }

        value = ValueAt(offset);
        return true;
    }

    /// <summary>Reads an address in the clear, such as MAPPED-ADDRESS or ALTERNATE-SERVER (RFC 8489 section 14.1).</summary>
    /// <returns>False where there is none or it is malformed.</returns>
    public bool TryGetAddress(StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return TryGet(type, out ReadOnlySpan<byte> value) && AddressAttribute.TryRead(value, out address);
    }

    /// <summary>Reads an address behind the cookie and the transaction id, such as XOR-MAPPED-ADDRESS (RFC 8489 section 14.2).</summary>
    /// <inheritdoc cref="TryGetAddress"/>
    public bool TryGetXorAddress(StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return TryGet(type, out ReadOnlySpan<byte> value) && TryReadXorAddress(value, out address);
    }

    /// <summary>
    /// Reads the value of an attribute met in enumeration, such as each of several XOR-PEER-ADDRESS, as an address of this message.
    /// </summary>
    public bool TryReadXorAddress(ReadOnlySpan<byte> value, out TransportAddress address) =>
        AddressAttribute.TryReadXor(value, TransactionId, out address);

    /// <summary>Reads the value of an attribute met in enumeration, such as each of several ALTERNATE-SERVER, as an address in the clear.</summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> value, out TransportAddress address) => AddressAttribute.TryRead(value, out address);

    /// <summary>Reads a value of exactly 32 bits, such as PRIORITY.</summary>
    /// <returns>False where there is none or it has another length.</returns>
    public bool TryGetUInt32(StunAttributeType type, out uint number)
    {
        bool found = TryGet(type, out ReadOnlySpan<byte> value) && value.Length == sizeof(uint);
        number = found ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;
        return found;
    }

    /// <summary>Reads a value of exactly 64 bits, such as a tie-breaker.</summary>
    /// <inheritdoc cref="TryGetUInt32"/>
    public bool TryGetUInt64(StunAttributeType type, out ulong number)
    {
        bool found = TryGet(type, out ReadOnlySpan<byte> value) && value.Length == sizeof(ulong);
        number = found ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;
        return found;
    }

    /// <summary>Reads ERROR-CODE (RFC 8489 section 14.8).</summary>
    /// <param name="code">The code, 300 to 699; it may be one that this library has no name for.</param>
    /// <param name="reason">The reason phrase: meant to be UTF-8, not checked, and never to be acted upon.</param>
    /// <returns>False where there is none or its class or number is out of range.</returns>
    public bool TryGetErrorCode(out StunErrorCode code, out ReadOnlySpan<byte> reason)
    {
        if (TryGet(StunAttributeType.ErrorCode, out ReadOnlySpan<byte> value))
            return ErrorCodeAttribute.TryRead(value, out code, out reason);

        code = StunErrorCode.None;
        reason = default;
        return false;
    }

    /// <summary>Reads PASSWORD-ALGORITHMS or PASSWORD-ALGORITHM.</summary>
    public bool TryGetPasswordAlgorithms(StunAttributeType type, out PasswordAlgorithmList algorithms)
    {
        if (TryGet(type, out ReadOnlySpan<byte> value)) return PasswordAlgorithmList.TryRead(value, out algorithms);
        algorithms = default;
        return false;
    }

    /// <summary>
    /// Finds, in one pass, the comprehension-required attributes that count and that the handler does not understand: what a 420 answer
    /// puts into UNKNOWN-ATTRIBUTES (RFC 8489 section 6.3.1).
    /// </summary>
    /// <param name="understood">What the handler understands.</param>
    /// <param name="destination">Receives the types, each once, as many as fit.</param>
    /// <returns>How many types were written.</returns>
    public int FindUnknownRequired(in StunAttributeSet understood, Span<ushort> destination)
    {
        int count = 0;
        for (int offset = HeaderLength; offset < _end;)
        {
            uint header = BinaryPrimitives.ReadUInt32BigEndian(_bytes[offset..]);
            ushort type = (ushort)(header >> 16);
            if (!understood.Understands((StunAttributeType)type) && !destination[..count].Contains(type))
            {
                if (count == destination.Length) break;
                destination[count++] = type;
            }

            offset = NextAttribute(offset, header);
        }

        return count;
    }

    private int Find(StunAttributeType type)
    {
        switch (type)
        {
            case StunAttributeType.MessageIntegrity: return _integrity;
            case StunAttributeType.MessageIntegritySha256: return _integritySha256;
            case StunAttributeType.Fingerprint: return _fingerprint;
        }

        for (int offset = HeaderLength; offset < _end;)
        {
            uint header = BinaryPrimitives.ReadUInt32BigEndian(_bytes[offset..]);
            if (header >> 16 == (uint)type) return offset;
            offset = NextAttribute(offset, header);
        }

        return 0;
    }

    private ReadOnlySpan<byte> ValueAt(int offset) =>
        _bytes.Slice(offset + AttributeHeaderLength, BinaryPrimitives.ReadUInt16BigEndian(_bytes[(offset + 2)..]));
}
