namespace Traversal.Turn.Client;

/// <summary>Why an allocation ended or was not had.</summary>
public enum TurnFailureReason : byte
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>The client gave it up.</summary>
    Closed,

    /// <summary>The server did not answer.</summary>
    TimedOut,

    /// <summary>Answers came, but nobody who has the key made them; the code is that of the last one.</summary>
    IntegrityViolated,

    /// <summary>The server refused; the code says how.</summary>
    Refused,

    /// <summary>The server does not take the credential.</summary>
    CredentialRefused,

    /// <summary>The server wants credentials in a way that nobody can give them, or somebody on the path changed what it said.</summary>
    BadChallenge,

    /// <summary>The server wants another realm or nonce each time.</summary>
    TooManyChallenges,

    /// <summary>Another server is to be asked: <see cref="TurnFailure.AlternateServer"/>.</summary>
    Redirected,

    /// <summary>The server would send the client to where it has been, or on and on.</summary>
    RedirectLoop,

    /// <summary>A success without what it must have, or with addresses that were not asked for.</summary>
    BadResponse,

    /// <summary>The server does not know the allocation any more.</summary>
    AllocationLost,

    /// <summary>It could not be refreshed in time.</summary>
    Expired,

    /// <summary>The path to the server is gone or another one, and the allocation is not mobile.</summary>
    PathLost,
}
