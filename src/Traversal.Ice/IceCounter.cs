namespace Traversal.Ice;

/// <summary>What an agent counts.</summary>
public enum IceCounter
{
    /// <summary>Checks sent, those for consent included.</summary>
    ChecksSent,

    /// <summary>Checks of the peer that were answered.</summary>
    ChecksAnswered,

    /// <summary>Answers that were taken.</summary>
    Responses,

    /// <summary>No message of STUN, or one that breaks a rule.</summary>
    DroppedMalformed,

    /// <summary>Checks that are for somebody else, by their USERNAME.</summary>
    DroppedWrongUsername,

    /// <summary>Checks and answers that nobody who has the password has made.</summary>
    DroppedUnverified,

    /// <summary>Answers to nothing: late, sent twice, replayed or forged.</summary>
    DroppedUnexpected,

    /// <summary>Data from where nobody has proved to be.</summary>
    DroppedUnknownSource,

    /// <summary>What came where there is no candidate.</summary>
    DroppedUnknownLocal,

    /// <summary>Candidates, pairs and answers beyond a limit.</summary>
    DroppedOverLimit,
}
