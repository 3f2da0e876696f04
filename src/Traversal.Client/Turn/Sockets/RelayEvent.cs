using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Client;

/// <summary>Something that has happened to an allocation.</summary>
/// <param name="Kind">What.</param>
/// <param name="Peer">The peer that it is about; port 0 where it is about an address.</param>
/// <param name="Code">The server's error code.</param>
public readonly record struct RelayEvent(RelayEventKind Kind, TransportAddress Peer = default, StunErrorCode Code = StunErrorCode.None)
{
    /// <summary>What came back from the path to the peer.</summary>
    public IcmpError PathError { get; init; }

    /// <summary>Why it is over.</summary>
    public TurnOutcome? Outcome { get; init; }
}
