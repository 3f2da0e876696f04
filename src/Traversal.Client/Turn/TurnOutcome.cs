using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>How an attempt or an allocation ended, and why; <see cref="ToString"/> says it in a sentence.</summary>
public sealed record TurnOutcome
{
    internal TurnOutcome(TurnStatus status, TurnServerEndpoint? server, string? detail = null, StunErrorCode code = StunErrorCode.None)
    {
        Status = status;
        Server = server;
        Detail = detail;
        Code = code;
    }

    /// <summary>The reason.</summary>
    public TurnStatus Status { get; }

    /// <summary>Which server it was: the one that redirections led to. Null where none was found.</summary>
    public TurnServerEndpoint? Server { get; }

    /// <summary>The server's error code; <see cref="StunErrorCode.None"/> where it said none.</summary>
    public StunErrorCode Code { get; }

    /// <summary>What the system said where something else than the server failed; for people, not to be acted upon.</summary>
    public string? Detail { get; }

    /// <summary>How long the server is to be left alone (RFC 8656 section 7.4).</summary>
    public TimeSpan RetryAfter { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => Status switch
    {
        TurnStatus.Ok => $"{Server} relays.",
        TurnStatus.NotFound => $"{Detail}.",
        TurnStatus.NoAnswer => $"{Server} did not answer.",
        TurnStatus.Unreachable => $"{Server} can't be reached: {Detail}.",
        TurnStatus.TlsFailed => $"TLS with {Server} failed: {Detail}.",
        TurnStatus.WebSocketRefused => $"{Server} does not take the WebSocket: {Detail}.",
        TurnStatus.BadAnswer => $"{Server} does not answer as a TURN server{(Detail is null ? "" : $": {Detail}")}.",
        TurnStatus.LoginRefused => $"{Server} does not take the user name and password ({(int)Code}).",
        TurnStatus.Forbidden => $"{Server} forbids it (403).",
        TurnStatus.QuotaReached => $"{Server} has given this user as many allocations as it allows (486).",
        TurnStatus.NoCapacity => $"{Server} has no room at the moment (508).",
        TurnStatus.NotSupported when Code == StunErrorCode.AddressFamilyNotSupported => $"{Server} has no address of that IP version (440).",
        TurnStatus.NotSupported => $"{Server} does not relay by that transport ({(int)Code}): TCP needs --tcp-relay of 'traversal serve'.",
        TurnStatus.PortTaken => $"{Server} still holds allocations of the ports that were tried (437).",
        TurnStatus.Refused => $"{Server} refused with error {(int)Code}.",
        TurnStatus.RedirectedInCircles => $"{Server} sends the client round in circles (300).",
        TurnStatus.TooManyChallenges => $"{Server} wants another realm or nonce each time.",
        TurnStatus.NotAuthentic => $"Answers came from {Server} that nobody who knows the password made.",
        TurnStatus.Lost => $"{Server} does not know the allocation any more.",
        TurnStatus.Expired => $"The allocation on {Server} could not be refreshed in time.",
        TurnStatus.PathLost => $"The way to {Server} is gone{(Detail is null ? "" : $": {Detail}")}.",
        _ => $"The allocation on {Server} was given up.",
    };

    internal static TurnOutcome Of(TurnFailure failure, TurnServerEndpoint server) =>
        new(StatusOf(failure), server, detail: null, failure.Code) { RetryAfter = failure.RetryAfter };

    private static TurnStatus StatusOf(TurnFailure failure) => failure.Reason switch
    {
        TurnFailureReason.Closed => TurnStatus.Closed,
        TurnFailureReason.TimedOut => TurnStatus.NoAnswer,
        TurnFailureReason.IntegrityViolated => TurnStatus.NotAuthentic,
        TurnFailureReason.CredentialRefused => TurnStatus.LoginRefused,
        TurnFailureReason.TooManyChallenges => TurnStatus.TooManyChallenges,
        TurnFailureReason.Redirected or TurnFailureReason.RedirectLoop => TurnStatus.RedirectedInCircles,
        TurnFailureReason.AllocationLost => TurnStatus.Lost,
        TurnFailureReason.Expired => TurnStatus.Expired,
        TurnFailureReason.PathLost => TurnStatus.PathLost,
        TurnFailureReason.Refused => StatusOf(failure.Code),
        _ => TurnStatus.BadAnswer,
    };

    private static TurnStatus StatusOf(StunErrorCode code) => code switch
    {
        StunErrorCode.Forbidden => TurnStatus.Forbidden,
        StunErrorCode.Unauthenticated or StunErrorCode.WrongCredentials => TurnStatus.LoginRefused,
        StunErrorCode.AllocationMismatch => TurnStatus.PortTaken,
        StunErrorCode.AddressFamilyNotSupported or StunErrorCode.UnsupportedTransportProtocol => TurnStatus.NotSupported,
        StunErrorCode.AllocationQuotaReached => TurnStatus.QuotaReached,
        StunErrorCode.InsufficientCapacity => TurnStatus.NoCapacity,
        _ => TurnStatus.Refused,
    };
}
