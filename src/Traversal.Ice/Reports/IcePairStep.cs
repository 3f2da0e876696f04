namespace Traversal.Ice;

/// <summary>What can happen to a pair.</summary>
public enum IcePairStep : byte
{
    /// <summary>It was made of two candidates.</summary>
    Paired = 0,

    /// <summary>A check was sent.</summary>
    CheckSent,

    /// <summary>A check of the peer came.</summary>
    CheckReceived,

    /// <summary>An answer came: the way is open in both directions.</summary>
    Answered,

    /// <summary>An answer came from another address than the check was sent to (RFC 8445 section 7.2.5.2.1).</summary>
    AnsweredFromElsewhere,

    /// <summary>An answer came that nobody who has the password has made.</summary>
    AnsweredUnverified,

    /// <summary>The peer refused a check.</summary>
    Refused,

    /// <summary>The peer said that both have the same role, and this agent took the other.</summary>
    RoleConflict,

    /// <summary>This agent asked for the pair to be used.</summary>
    Nominating,

    /// <summary>The peer asked for the pair to be used.</summary>
    NominationReceived,

    /// <summary>Both agree on it.</summary>
    Nominated,

    /// <summary>Data goes this way from here on.</summary>
    Selected,

    /// <summary>No check was answered in time.</summary>
    TimedOut,

    /// <summary>The peer has not answered for as long as consent lasts (RFC 7675).</summary>
    ConsentLost,

    /// <summary>The local address is gone.</summary>
    LocalCandidateGone,
}
