using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>Something that has happened to an <see cref="IceConnection"/>.</summary>
/// <param name="Kind">What.</param>
/// <param name="After">How long after the start.</param>
public sealed record IceConnectionEvent(IceConnectionEventKind Kind, TimeSpan After)
{
    /// <summary>The candidate.</summary>
    public IceCandidate? Candidate { get; init; }

    /// <summary>The server that the candidate was learned from, by its address; the default for one of this machine.</summary>
    public TransportAddress Server { get; init; }

    /// <summary>The server that failed.</summary>
    public IceServerFailure? Failure { get; init; }

    /// <summary>How far the connection is.</summary>
    public IceAgentState State { get; init; }
}
