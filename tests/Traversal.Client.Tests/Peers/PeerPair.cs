using Traversal.Client.Identity;
using Traversal.Ice;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Peers;

/// <summary>Two peers of this process, Alice who dials and Bob who answers, each with the other's key.</summary>
internal sealed class PeerPair : IAsyncDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));
    private readonly List<PeerIdentity> _identities = [];

    /// <param name="alice">Changes what Alice is like; gets Bob's identity too.</param>
    /// <param name="bob">Changes what Bob is like; gets Alice's identity too.</param>
    /// <param name="aliceIdentity">Who Alice is; null for somebody new.</param>
    /// <param name="bobIdentity">Who Bob is; null for somebody new.</param>
    /// <param name="signaling">Stands in the way of what Alice and Bob tell each other.</param>
    public PeerPair(
        Func<PeerConnectionOptions, PeerConnectionOptions>? alice = null,
        Func<PeerConnectionOptions, PeerConnectionOptions>? bob = null,
        PeerIdentity? aliceIdentity = null,
        PeerIdentity? bobIdentity = null,
        Func<ISignaling, ISignaling>? signaling = null)
    {
        AliceIdentity = aliceIdentity ?? PeerIdentity.Create();
        BobIdentity = bobIdentity ?? PeerIdentity.Create();
        _identities.AddRange([AliceIdentity, BobIdentity]);
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        signaling ??= static whole => whole;
        Alice = new PeerConnection((alice ?? Same)(Options(AliceIdentity, BobIdentity.Account, IceRole.Controlling)), signaling(one));
        Bob = new PeerConnection((bob ?? Same)(Options(BobIdentity, AliceIdentity.Account, IceRole.Controlled)), signaling(other));
    }

    public PeerConnection Alice { get; }

    public PeerConnection Bob { get; }

    public PeerIdentity AliceIdentity { get; }

    public PeerIdentity BobIdentity { get; }

    public CancellationToken Token => _deadline.Token;

    public static PeerConnectionOptions Options(PeerIdentity identity, PeerId other, IceRole role) => new()
    {
        Identity = identity,
        Peer = other,
        Path = new IceConnectionOptions { Role = role, LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] },
    };

    public async Task<(PeerOutcome Alice, PeerOutcome Bob)> TryConnectAsync()
    {
        PeerOutcome[] outcomes = await Task.WhenAll(Alice.ConnectAsync(Token), Bob.ConnectAsync(Token));
        return (outcomes[0], outcomes[1]);
    }

    public async Task<PeerPair> ConnectAsync()
    {
        (PeerOutcome alice, PeerOutcome bob) = await TryConnectAsync();
        Assert.True(alice.IsConnected && bob.IsConnected, $"Alice: {alice} Bob: {bob}");
        return this;
    }

    /// <summary>A stream that Alice has opened, at both of its ends; a byte has gone along it.</summary>
    public async Task<(PeerStream Alices, PeerStream Bobs)> OpenAsync()
    {
        PeerStream alices = await Alice.OpenStreamAsync(Token);
        await alices.WriteAsync(new byte[] { 1 }, Token);
        PeerStream bobs = await Bob.AcceptStreamAsync(Token);
        Assert.Equal(1, await bobs.ReadAsync(new byte[1], Token));
        return (alices, bobs);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Alice.DisposeAsync().AsTask(), Bob.DisposeAsync().AsTask());
        foreach (PeerIdentity identity in _identities) identity.Dispose();
        _deadline.Dispose();
    }

    private static PeerConnectionOptions Same(PeerConnectionOptions options) => options;
}
