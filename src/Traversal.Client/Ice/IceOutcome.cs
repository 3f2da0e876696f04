using Traversal.Ice;

namespace Traversal.Client;

/// <summary>How connecting went, and why; <see cref="ToString"/> says it in a sentence.</summary>
/// <param name="Status">The reason.</param>
public sealed record IceOutcome(IceStatus Status)
{
    /// <summary>Whether there is a path.</summary>
    public bool IsConnected => Status == IceStatus.Connected;

    /// <summary>The pair that data takes; null where there is no path.</summary>
    public IcePairReport? Pair { get; init; }

    /// <summary>Why there is no path, by what was seen; null where there is one, or it was not tried.</summary>
    public IceFailure? Failure { get; init; }

    /// <summary>The servers that gave no candidate until then.</summary>
    public IReadOnlyList<IceServerFailure> Servers { get; init; } = [];

    /// <summary>What the signalling threw.</summary>
    public Exception? Exception { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Status switch
    {
        IceStatus.Connected => $"Connected: {Pair!.Local.Address} to {Pair.Remote.Address}.",
        IceStatus.Failed => string.Join(' ', [Failure!.Text, .. Servers.Select(server => server.Text), .. Advice]),
        IceStatus.SignalingEnded => "The signalling ended before the other side had said how it is reached.",
        IceStatus.SignalingFailed => $"The signalling failed: {Exception!.Message.TrimEnd('.')}.",
        _ => "The connection was given up.",
    };

    // Nothing has failed, so nothing else says what is missing.
    private IEnumerable<string> Advice => Failure!.Reason == IceFailureReason.NoLocalCandidates && Servers.Count == 0
        ? ["Loopback is used only where LocalAddresses names it, and RelayOnly needs a TURN server."]
        : [];
}
