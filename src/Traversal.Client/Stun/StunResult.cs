using System.Diagnostics.CodeAnalysis;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>What asking a STUN server came to; <see cref="ToString"/> says it in a sentence.</summary>
public sealed record StunResult
{
    internal StunResult(StunStatus status, in TransportAddress server)
    {
        Status = status;
        Server = server;
    }

    /// <summary>The outcome.</summary>
    public StunStatus Status { get; }

    /// <summary>Who was asked; the default value where nobody was.</summary>
    public TransportAddress Server { get; }

    /// <summary>What looking up the server's name came to.</summary>
    public ResolveStatus Resolution { get; internal init; }

    /// <summary>What the server saw; null unless <see cref="IsAnswered"/>.</summary>
    public StunBinding? Binding { get; internal init; }

    /// <summary>The code of the error response where it is <see cref="StunStatus.Rejected"/>; <see cref="StunErrorCode.None"/> where it had none.</summary>
    public StunErrorCode Error { get; internal init; }

    /// <summary>What the system said where something else than the server failed; for people, not to be acted upon.</summary>
    public string? Detail { get; internal init; }

    /// <summary>Whether the server said an address.</summary>
    [MemberNotNullWhen(true, nameof(Binding))]
    public bool IsAnswered => Status == StunStatus.Answered;

    /// <inheritdoc/>
    public override string ToString() => Status switch
    {
        StunStatus.Answered => $"{Server} sees this machine at {Binding!.MappedAddress}.",
        StunStatus.NoAnswer => $"{Server} did not answer.",
        StunStatus.Unreachable => $"{Server} can't be reached: {Detail}.",
        StunStatus.Rejected => $"{Server} answered with an error: {(Error == StunErrorCode.None ? "no code" : $"{(int)Error}")}.",
        StunStatus.NotFound => $"{Detail} {Resolution.Describe()}.",
        StunStatus.TlsFailed => $"TLS with {Server} failed: {Detail}.",
        _ => $"{Server} gave no answer to a Binding request{(Detail is null ? "" : ": " + Detail)}.",
    };
}
