using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Connectivity;

/// <summary>Something that has happened.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When.</param>
public sealed record ConnectivityEvent(ConnectivityEventKind Kind, MonotonicTime At)
{
    /// <summary>The candidate, as it is signalled.</summary>
    public IceCandidate? Candidate { get; init; }

    /// <summary>The server that it is about; the default for a host candidate.</summary>
    public TransportAddress Server { get; init; }

    /// <summary>What failed.</summary>
    public ServerFailure? Failure { get; init; }

    /// <summary>Until when a credential is waited for.</summary>
    public MonotonicTime Deadline { get; init; }

    /// <summary>The name to get a token for (RFC 7635 section 6.1); null where the server takes none.</summary>
    public string? TokenServerName { get; init; }

    /// <summary>What has happened to the agent.</summary>
    public IceEvent Ice { get; init; }
}
