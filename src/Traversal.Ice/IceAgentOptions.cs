namespace Traversal.Ice;

/// <summary>What an agent is to be like.</summary>
public sealed class IceAgentOptions
{
    /// <summary>The role to begin with: whoever makes the offer controls (RFC 8445 section 6.1.1).</summary>
    public IceRole Role { get; set; }

    /// <summary>Whether it only answers, on a host that everybody reaches (RFC 8445 section 2.5). Default: false.</summary>
    public bool IsLite { get; set; }

    /// <summary>Whether to use relayed candidates alone, so that the peer does not learn this machine's addresses. Default: false.</summary>
    public bool RelayOnly { get; set; }

    /// <summary>The most pairs at a time (RFC 8445 section 6.1.2.5). Default: 100.</summary>
    public int MaxPairs { get; set; } = 100;

    /// <summary>
    /// Whether to nominate the first valid pair at once and a better one later, towards peers that do so too; others get one nomination. Default: true.
    /// </summary>
    public bool Renomination { get; set; } = true;

    /// <summary>How long a pair that may be better is waited for before the one nomination. Default: 500 ms.</summary>
    public TimeSpan NominationWait { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How far apart this agent's checks are to be in the mean, if the peer signals a pacing too; the larger one counts, and 50 ms where it does not. Default: 5 ms.
    /// </summary>
    public TimeSpan Pacing { get; set; } = CheckPacer.DefaultInterval;

    /// <summary>How long no failure is called from the start of checks on, as the peer's may still come (RFC 8863). Default: 39.5 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(39_500);

    /// <summary>What is wrong with them; null where nothing is.</summary>
    internal string? FindProblem() =>
        MaxPairs < 1 ? "MaxPairs: at least 1." :
        NominationWait < TimeSpan.Zero ? "NominationWait: not negative." :
        Pacing < CheckPacer.DefaultInterval ? "Pacing: at least 5 ms (RFC 8445 section 14.2)." :
        Patience < TimeSpan.Zero ? "Patience: not negative." :
        null;
}
