namespace Traversal.Fuzz;

/// <summary>What happens to an agent.</summary>
internal enum IceStoryKind : byte
{
    /// <summary>Time passes: who says how long, flags 0 and 1 in which unit.</summary>
    Time,

    /// <summary>The payload arrives, from whom who says.</summary>
    Bytes,

    /// <summary>
    /// A check of the peer: flag 0 says whether with the password, 1 USE-CANDIDATE, 2 NOMINATION, 3 the other role, 4 the largest tie-breaker, 5 another
    /// fragment of the peer, 6 to another base. The payload goes in as attributes.
    /// </summary>
    Check,

    /// <summary>
    /// An answer to one of the last checks: flag 0 says whether with the password, 1 from elsewhere, 2 whether an error, whose class and number are in the
    /// payload, 3 with another mapped address.
    /// </summary>
    Answer,

    /// <summary>The peer signals a candidate: the payload as a line, or without one the address that who says.</summary>
    Candidate,

    /// <summary>The application does something with candidates: flag 0 adds, 1 removes, 2 and 3 end those of either side.</summary>
    Local,

    /// <summary>Parameters of the peer: flag 0 says whether others than before, 1 whether the agent restarts first.</summary>
    Parameters,

    /// <summary>Data goes out and comes in.</summary>
    Data,
}
