using Traversal.Client;
using Traversal.Client.Identity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Peer;

/// <summary>Two peers of this process that are connected over loopback.</summary>
internal sealed class PeerEnds(PeerConnection one, PeerConnection other) : IAsyncDisposable
{
    // A peer has one identity for all its connections.
    private static readonly PeerIdentity Identity = PeerIdentity.Create(), OtherIdentity = PeerIdentity.Create();

    public PeerConnection One => one;

    public PeerConnection Other => other;

    public static async Task<PeerEnds> ConnectAsync()
    {
        (InMemorySignaling there, InMemorySignaling back) = InMemorySignaling.CreatePair();
        PeerConnection one = Create(Identity, OtherIdentity, IceRole.Controlling, there), other = Create(OtherIdentity, Identity, IceRole.Controlled, back);
        PeerOutcome[] outcomes = await Task.WhenAll(one.ConnectAsync(), other.ConnectAsync()).ConfigureAwait(false);
        if (!outcomes.All(static outcome => outcome.IsConnected)) throw new IOException($"{outcomes[0]} {outcomes[1]}");
        return new PeerEnds(one, other);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(one.DisposeAsync().AsTask(), other.DisposeAsync().AsTask()).ConfigureAwait(false);

    private static PeerConnection Create(PeerIdentity identity, PeerIdentity peer, IceRole role, ISignaling signaling)
    {
        var path = new IceConnectionOptions { Role = role, LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] };
        return new PeerConnection(new PeerConnectionOptions { Identity = identity, Peer = peer.Id, Path = path }, signaling);
    }
}
