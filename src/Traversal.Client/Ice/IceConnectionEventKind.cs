namespace Traversal.Client;

/// <summary>What has happened to an <see cref="IceConnection"/>.</summary>
public enum IceConnectionEventKind
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>There is another candidate of this side.</summary>
    CandidateGathered,

    /// <summary>A server gave no candidate, or does so no longer.</summary>
    ServerFailed,

    /// <summary>All servers have answered or have not.</summary>
    GatheringFinished,

    /// <summary>How far the connection is has changed.</summary>
    StateChanged,

    /// <summary>Data takes another path, or there is none.</summary>
    PathChanged,

    /// <summary>A restart has led to nothing, and the old path goes on.</summary>
    RestartFailed,
}
