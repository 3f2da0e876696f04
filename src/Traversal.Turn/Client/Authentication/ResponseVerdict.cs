namespace Traversal.Turn.Client;

/// <summary>What to do about the answer to a request.</summary>
internal enum ResponseVerdict : byte
{
    /// <summary>It is the server's: go by what it says.</summary>
    Accept,

    /// <summary>Ask again under the present terms, as a new transaction.</summary>
    Retry,

    /// <summary>As if it had never come; retransmissions go on.</summary>
    Discard,

    /// <summary>Nobody who has the key made it, and on a connection nothing better will come: the transaction is over.</summary>
    Violated,

    /// <summary>The server does not take the credential: only with another one is it of use to ask again.</summary>
    WantsCredential,

    /// <summary>A challenge that cannot be answered.</summary>
    BadChallenge,

    /// <summary>One challenge too many.</summary>
    TooManyChallenges,
}
