namespace Traversal.Turn.Client;

/// <summary>What RFC 8656 section 7.4 says to do about a failure.</summary>
public enum TurnRetryAdvice : byte
{
    /// <summary>Nothing that the client could do helps with this server: tell somebody.</summary>
    GiveUp,

    /// <summary>Try again with a new allocation.</summary>
    TryAgain,

    /// <summary>Try again from another local port, three times at most; then leave the server alone for two minutes.</summary>
    TryAnotherPort,

    /// <summary>Ask the alternate server, before any other.</summary>
    TryAlternateServer,

    /// <summary>Try another server or transport, and this one after <see cref="TurnFailure.RetryAfter"/> at the earliest.</summary>
    TryLater,
}
