using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>Something that has happened to an allocation.</summary>
/// <param name="Kind">What.</param>
/// <param name="Peer">The peer that it is about.</param>
/// <param name="Code">Why the server refused.</param>
/// <param name="Connection">The CONNECTION-ID of a connection with a peer (RFC 6062).</param>
public readonly record struct TurnEvent(TurnEventKind Kind, TransportAddress Peer = default, StunErrorCode Code = StunErrorCode.None, uint Connection = 0)
{
    /// <summary>Until when a credential is waited for.</summary>
    public MonotonicTime Deadline { get; init; }
}
