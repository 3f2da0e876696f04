namespace Traversal.Connectivity;

/// <summary>What has happened to a <see cref="ConnectivityMachine"/>.</summary>
public enum ConnectivityEventKind : byte
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>There is a candidate to signal: <see cref="ConnectivityEvent.Candidate"/>.</summary>
    CandidateGathered,

    /// <summary>All servers have answered or have not; there will be no more candidates unless a base or a server is added.</summary>
    GatheringFinished,

    /// <summary>A server gave no candidate: <see cref="ConnectivityEvent.Failure"/>.</summary>
    ServerFailed,

    /// <summary>A relayed candidate is gone: <see cref="ConnectivityEvent.Failure"/>.</summary>
    RelayLost,

    /// <summary>
    /// <see cref="ConnectivityEvent.Server"/> wants another credential until <see cref="ConnectivityEvent.Deadline"/>: give it with
    /// <see cref="ConnectivityMachine.RenewCredential"/>.
    /// </summary>
    CredentialWanted,

    /// <summary>Something has happened to the agent: <see cref="ConnectivityEvent.Ice"/>.</summary>
    Agent,
}
