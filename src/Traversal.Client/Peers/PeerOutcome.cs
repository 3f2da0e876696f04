using Traversal.Peer.Identity;

namespace Traversal.Client;

/// <summary>How connecting to a peer went, and why; <see cref="ToString"/> says it in a sentence.</summary>
/// <param name="Status">The reason.</param>
public sealed record PeerOutcome(PeerStatus Status)
{
    /// <summary>Whether streams can be opened.</summary>
    public bool IsConnected => Status == PeerStatus.Connected;

    /// <summary>Who answered; null where that was not proved. With <see cref="PeerStatus.WrongPeer"/> it is who answered instead.</summary>
    public RemotePeer? Remote { get; init; }

    /// <summary>How looking for a path went; null where it had not ended, as when TCP was faster.</summary>
    public IceOutcome? Ice { get; init; }

    /// <summary>What is wrong with the certificates.</summary>
    public PeerChainVerdict Verdict { get; init; }

    /// <summary>What TLS or the carrier threw.</summary>
    public Exception? Exception { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Status switch
    {
        PeerStatus.Connected => $"Connected to {Remote!.Id}.",
        PeerStatus.NoPath or PeerStatus.SignalingFailed => $"{Ice}",
        PeerStatus.WrongPeer => Remote is null ? "The key that answered is not the peer's." : $"{Remote.Id} answered, who is somebody else.",
        PeerStatus.CertificateRejected => $"The other side's certificates were rejected: {Verdict}.",
        PeerStatus.NotAccepted => "The other side was not accepted.",
        PeerStatus.RefusedByPeer => "The other side does not want this peer.",
        PeerStatus.ProtocolMismatch => "The two sides have no application protocol in common.",
        PeerStatus.HandshakeFailed => $"TLS failed: {Exception?.Message.TrimEnd('.')}.",
        PeerStatus.TimedOut => "There is a path, but the other side did not finish the handshake.",
        _ => "The connection was given up.",
    };
}
