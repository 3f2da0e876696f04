namespace Traversal.Ice;

/// <summary>The bounds of an agent, and the times of RFC 8445, RFC 7675 and RFC 8863.</summary>
internal static class IceLimits
{
    /// <summary>Candidates of one's own.</summary>
    public const int MaxLocalCandidates = 32;

    /// <summary>Candidates that the other side may signal.</summary>
    public const int MaxSignalledCandidates = 64;

    /// <summary>Peer-reflexive candidates of which nothing has come back yet: whoever replays a check from many sources gets no further.</summary>
    public const int MaxUnprovenPeers = 16;

    /// <summary>How long one of these keeps its place after its check began.</summary>
    public static readonly TimeSpan UnprovenPeerHold = TimeSpan.FromSeconds(1);

    /// <summary>How often a pair's answer may come from elsewhere before a check of the peer makes no new one.</summary>
    public const int MaxAsymmetries = 3;

    /// <summary>
    /// Of how many pairs before those that nobody has signalled are checked no more: two NATs that map each destination to another port show each other
    /// new candidates with every check.
    /// </summary>
    public const int MaxAsymmetricPairs = 8;

    /// <summary>How long after a check another one that the peer's made would tell nothing new.</summary>
    public static readonly TimeSpan TriggerGap = TimeSpan.FromMilliseconds(50);

    /// <summary>Checks that wait for an answer; the oldest is forgotten for a new one.</summary>
    public const int MaxOutstandingChecks = 512;

    /// <summary>Answers that wait to be taken by the driver.</summary>
    public const int MaxReplies = 32;

    /// <summary>Events that wait to be taken by the driver.</summary>
    public const int MaxEvents = 32;

    /// <summary>The least length of a buffer for a message: the longest USERNAME, and all that a check can have besides.</summary>
    public const int MaxMessageLength = 608;

    /// <summary>The default Ta (RFC 8445 section 14.2).</summary>
    public static readonly TimeSpan DefaultPacing = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a pair holds back others of its foundation that are likely to do no better: until its second check goes.</summary>
    public static readonly TimeSpan FoundationHold = TimeSpan.FromMilliseconds(50);

    /// <summary>How long consent lasts (RFC 7675 section 5.1).</summary>
    public static readonly TimeSpan ConsentLifetime = TimeSpan.FromSeconds(30);

    /// <summary>The mean time between checks for consent, made a fifth more or less by chance (RFC 7675 section 5.1).</summary>
    public static readonly TimeSpan ConsentInterval = TimeSpan.FromSeconds(5);

    /// <summary>Without an answer for so long, which is two checks for consent, the agent is disconnected.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>Tr, the time between keepalives of an agent that sends no checks (RFC 8445 section 11).</summary>
    public static readonly TimeSpan KeepaliveInterval = TimeSpan.FromSeconds(15);

    /// <summary>How long the session before a restart is still served after the new one is there (RFC 8445 section 8.3.1).</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);
}
