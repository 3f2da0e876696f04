using Traversal.Peer.Identity;

namespace Traversal.Client;

/// <summary>The other side of a connection, which has proved that it has the key.</summary>
/// <param name="Chain">Its certificates: that of its key first, the last by the peer for whom it speaks.</param>
public sealed record RemotePeer(IReadOnlyList<PeerCertificate> Chain)
{
    /// <summary>Whose key it is.</summary>
    public PeerId Id => Chain[0].Subject;

    /// <summary>For whom it speaks: itself, or the account of which it is a device.</summary>
    public PeerId Account => Chain[^1].Subject;

    /// <inheritdoc/>
    public override string ToString() => Id == Account ? $"{Id}" : $"{Id} of {Account}";
}
