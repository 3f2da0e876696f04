using System.Buffers.Binary;

namespace Traversal.Stun;

public readonly ref partial struct StunMessage
{
    // The upper bits of NOMINATION are reserved.
    internal const uint NominationMask = 0x00FF_FFFF;

    /// <summary>Reads CHANGE-REQUEST, unknown flags left out (RFC 5780 section 7.2).</summary>
    /// <returns>False where there is none or it is malformed.</returns>
    public bool TryGetChangeRequest(out ChangeRequest change)
    {
        bool found = TryGetUInt32(StunAttributeType.ChangeRequest, out uint bits);
        change = (ChangeRequest)bits & (ChangeRequest.Address | ChangeRequest.Port);
        return found;
    }

    /// <summary>Reads RESPONSE-PORT, with or without its two bytes of padding counted in the length (RFC 5780 section 7.5).</summary>
    /// <inheritdoc cref="TryGetChangeRequest"/>
    public bool TryGetResponsePort(out ushort port)
    {
        bool found = TryGet(StunAttributeType.ResponsePort, out ReadOnlySpan<byte> value) && value.Length is 2 or 4;
        port = found ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;
        return found;
    }

    /// <summary>Reads TRANSACTION_TRANSMIT_COUNTER (RFC 7982 section 3.1).</summary>
    /// <inheritdoc cref="TryGetChangeRequest"/>
    public bool TryGetTransmitCounter(out TransmitCounter counter)
    {
        bool found = TryGetUInt32(StunAttributeType.TransactionTransmitCounter, out uint bits);
        counter = TransmitCounter.FromBits(bits);
        return found;
    }

    /// <summary>Reads the counter of NOMINATION, 24 bits (draft-thatcher-ice-renomination).</summary>
    /// <inheritdoc cref="TryGetChangeRequest"/>
    public bool TryGetNomination(out uint generation)
    {
        bool found = TryGetUInt32(StunAttributeType.Nomination, out uint bits);
        generation = bits & NominationMask;
        return found;
    }

    /// <summary>Reads UNKNOWN-ATTRIBUTES of a 420 answer (RFC 8489 section 14.13).</summary>
    /// <param name="destination">Receives the types, as many as fit.</param>
    /// <returns>How many types were written; 0 where there is none.</returns>
    public int GetUnknownAttributes(Span<StunAttributeType> destination)
    {
        if (!TryGet(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> value)) return 0;

        int count = Math.Min(value.Length / sizeof(ushort), destination.Length);
        for (int i = 0; i < count; i++)
            destination[i] = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(value[(i * sizeof(ushort))..]);
        return count;
    }
}
