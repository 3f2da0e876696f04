using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

/// <summary>A server that gave no candidate, or whose relayed candidate is lost.</summary>
/// <param name="Server">Which.</param>
/// <param name="IsTurn">Whether it was asked for an allocation; else for an address (RFC 8489 section 12).</param>
/// <param name="Failure">
/// Why: of a STUN server <see cref="TurnFailureReason.TimedOut"/>, <see cref="TurnFailureReason.Refused"/> or <see cref="TurnFailureReason.BadResponse"/>.
/// </param>
public sealed record ServerFailure(TransportAddress Server, bool IsTurn, TurnFailure Failure)
{
    /// <summary>The base that it was asked from; the default where it was a link.</summary>
    public TransportAddress Base { get; init; }

    /// <summary>The link that it was asked by; <see cref="ConnectivityMachine.NoLink"/> where it was a base.</summary>
    public int Link { get; init; } = ConnectivityMachine.NoLink;
}
