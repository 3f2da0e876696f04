using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>Why an allocation ended or was not had, and what to do about it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Code">The server's error code where it said one.</param>
public sealed record TurnFailure(TurnFailureReason Reason, StunErrorCode Code = StunErrorCode.None)
{
    private static readonly TimeSpan CapacityWait = TimeSpan.FromMinutes(1); // RFC 8656 section 7.4, 486 and 508.
    private static readonly TimeSpan PortWait = TimeSpan.FromMinutes(2); // RFC 8656 section 7.4, 437.

    /// <summary>The server to ask instead, of the family of the present one where it named one.</summary>
    public TransportAddress AlternateServer { get; init; }

    /// <summary>The same of the other family; the default where there is none.</summary>
    public TransportAddress AlternateServerOfOtherFamily { get; init; }

    /// <summary>The name that the alternate server's certificate must have; null where it is that of the present one (RFC 8489 section 10).</summary>
    public string? AlternateDomain { get; init; }

    /// <summary>What to do.</summary>
    public TurnRetryAdvice Advice => Reason switch
    {
        TurnFailureReason.Redirected => TurnRetryAdvice.TryAlternateServer,
        TurnFailureReason.AllocationLost or TurnFailureReason.Expired or TurnFailureReason.PathLost => TurnRetryAdvice.TryAgain,
        TurnFailureReason.TimedOut or TurnFailureReason.IntegrityViolated => TurnRetryAdvice.TryLater,
        TurnFailureReason.Refused when Code == StunErrorCode.AllocationMismatch => TurnRetryAdvice.TryAnotherPort,
        TurnFailureReason.Refused when IsCapacity || (int)Code >= 500 => TurnRetryAdvice.TryLater,
        _ => TurnRetryAdvice.GiveUp,
    };

    /// <summary>How long the server is to be left alone; where its port is taken, once no other port does either.</summary>
    public TimeSpan RetryAfter => Reason switch
    {
        TurnFailureReason.Refused when IsCapacity => CapacityWait,
        TurnFailureReason.Refused when Code == StunErrorCode.AllocationMismatch => PortWait,
        _ => TimeSpan.Zero,
    };

    internal static TurnFailure Of(ResponseVerdict verdict, StunErrorCode code) => verdict switch
    {
        ResponseVerdict.Violated => new(TurnFailureReason.IntegrityViolated, code),
        ResponseVerdict.WantsCredential => new(TurnFailureReason.CredentialRefused, code),
        ResponseVerdict.TooManyChallenges => new(TurnFailureReason.TooManyChallenges, code),
        _ => new(TurnFailureReason.BadChallenge, code),
    };

    private bool IsCapacity => Code is StunErrorCode.AllocationQuotaReached or StunErrorCode.InsufficientCapacity;
}
