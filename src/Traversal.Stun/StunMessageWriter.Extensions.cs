namespace Traversal.Stun;

public ref partial struct StunMessageWriter
{
    /// <summary>Adds CHANGE-REQUEST (RFC 5780 section 7.2).</summary>
    public void AddChangeRequest(ChangeRequest change) => AddUInt32(StunAttributeType.ChangeRequest, (uint)change);

    /// <summary>Adds RESPONSE-PORT, with its two bytes of padding counted in the length as servers expect (RFC 5780 section 7.5).</summary>
    public void AddResponsePort(ushort port) => AddUInt32(StunAttributeType.ResponsePort, (uint)port << 16);

    /// <summary>Adds PADDING, zeros, to make the message as long as a path should carry (RFC 5780 section 7.6).</summary>
    /// <param name="length">How many bytes of padding.</param>
    public void AddPadding(int length)
    {
        if (TryReserve(StunAttributeType.Padding, length, out Span<byte> value)) value.Clear();
    }

    /// <summary>Adds TRANSACTION_TRANSMIT_COUNTER (RFC 7982 section 3.1).</summary>
    public void AddTransmitCounter(TransmitCounter counter) =>
        AddUInt32(StunAttributeType.TransactionTransmitCounter, counter.ToBits());

    /// <summary>Adds NOMINATION (draft-thatcher-ice-renomination).</summary>
    /// <param name="generation">The counter; its low 24 bits are written.</param>
    public void AddNomination(uint generation) => AddUInt32(StunAttributeType.Nomination, generation & StunMessage.NominationMask);
}
