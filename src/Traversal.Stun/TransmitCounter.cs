namespace Traversal.Stun;

/// <summary>
/// TRANSACTION_TRANSMIT_COUNTER: tells a retransmission from the first, so that a round trip can be measured and loss be given a direction
/// (RFC 7982 section 3.1).
/// </summary>
/// <param name="Requests">Which transmission of the request this is, or answers: 1 for the first.</param>
/// <param name="Responses">How many answers the server has sent to it; 0 in a request, and from a server that does not count.</param>
public readonly record struct TransmitCounter(byte Requests, byte Responses)
{
    internal static TransmitCounter FromBits(uint bits) => new((byte)(bits >> 8), (byte)bits);

    internal uint ToBits() => (uint)(Requests << 8 | Responses);
}
