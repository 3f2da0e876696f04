namespace Traversal.Ice;

/// <summary>Why there is no path.</summary>
public enum IceFailureReason : byte
{
    /// <summary>This agent had no candidate.</summary>
    NoLocalCandidates = 0,

    /// <summary>The peer signalled no candidate, and no check of it came.</summary>
    NoRemoteCandidates,

    /// <summary>No candidate of one side goes with one of the other: another IP version, or link-local and not.</summary>
    NothingToPair,

    /// <summary>Checks were sent, and nothing came back.</summary>
    NothingCameBack,

    /// <summary>Checks were sent, nothing came back, and the own NAT maps each destination to another port: a relay is needed.</summary>
    RelayNeeded,

    /// <summary>The peer's checks came, and ours were not answered: the way is open in one direction.</summary>
    OneWay,

    /// <summary>Answers came from elsewhere than checks were sent to.</summary>
    AnsweredFromElsewhere,

    /// <summary>Answers came that were not made with the peer's password.</summary>
    WrongPassword,

    /// <summary>The peer refused the checks.</summary>
    Refused,

    /// <summary>There was a path, and the peer has not answered on it for 30 seconds (RFC 7675).</summary>
    ConsentLost,

    /// <summary>The address that the path began at is gone.</summary>
    LocalCandidateGone,

    /// <summary>This agent is lite, and no check of the peer came.</summary>
    NoChecksCame,

    /// <summary>This agent is lite, and none of the peer's checks asked for a pair to be used.</summary>
    NotNominated,
}
