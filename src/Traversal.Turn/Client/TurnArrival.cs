using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <summary>What a message from the server was, and where in it the data of a peer stands.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Peer">Whom the data is from, or whom it has not reached.</param>
/// <param name="Offset">Where the data begins in the message.</param>
/// <param name="Length">How long it is; 0 is an empty datagram.</param>
public readonly record struct TurnArrival(TurnArrivalKind Kind, TransportAddress Peer = default, int Offset = 0, int Length = 0)
{
    /// <summary>What came back from the path to the peer (RFC 8656 section 11.5). Nothing proves it: a hint, not a fact.</summary>
    public IcmpError Error { get; init; }
}
