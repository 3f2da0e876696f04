using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>A server that gave no candidate, or does so no longer.</summary>
/// <param name="Server">Which.</param>
/// <param name="Status">Why.</param>
/// <param name="Text">What a person reads: one sentence.</param>
public sealed record IceServerFailure(IceServer Server, TurnStatus Status, string Text)
{
    /// <summary>Its address; the default where it was not found.</summary>
    public TransportAddress Address { get; init; }

    /// <summary>The server's error code; <see cref="StunErrorCode.None"/> where it said none.</summary>
    public StunErrorCode Code { get; init; }

    /// <summary>How long after the start.</summary>
    public TimeSpan After { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
