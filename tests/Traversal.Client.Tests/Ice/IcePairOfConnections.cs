using Traversal.Client.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>Two connections of one process that signal to each other.</summary>
internal sealed class IcePairOfConnections : IAsyncDisposable
{
    /// <summary>Ten times what anything here takes.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TransportAddress Loopback = TransportAddress.Parse("127.0.0.1:0");

    private readonly CancellationTokenSource _deadline = new(Deadline);

    public IcePairOfConnections(
        Func<IceConnectionOptions, IceConnectionOptions>? configure = null, ClientEnvironment? environment = null, bool usesLoopback = true)
    {
        var options = new IceConnectionOptions { LocalAddresses = usesLoopback ? [Loopback] : [] };
        options = configure?.Invoke(options) ?? options;
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        Offerer = new IceConnection(options with { Role = IceRole.Controlling }, one, environment);
        Answerer = new IceConnection(options with { Role = IceRole.Controlled }, other, environment);
    }

    public IceConnection Offerer { get; }

    public IceConnection Answerer { get; }

    public CancellationToken Token => _deadline.Token;

    /// <summary>Two that are connected, by a relay alone or however they can.</summary>
    public static async Task<IcePairOfConnections> ConnectAsync(Relay relay, bool isRelayed)
    {
        IcePairOfConnections pair = await new IcePairOfConnections(options => options with
        {
            Policy = isRelayed ? CandidatePolicy.RelayOnly : CandidatePolicy.All,
            Servers = [new IceServer(relay.Endpoint(), Relay.Login)],
        }).ConnectAsync();
        await pair.AssertConnectedAsync();
        return pair;
    }

    public async Task<IcePairOfConnections> ConnectAsync()
    {
        IceOutcome[] outcomes = await Task.WhenAll(Offerer.ConnectAsync(Token), Answerer.ConnectAsync(Token));
        Assert.All(outcomes, outcome => Assert.True(outcome.IsConnected, outcome.ToString()));
        return this;
    }

    /// <summary>Data goes both ways, and is what was sent.</summary>
    public async Task AssertConnectedAsync()
    {
        await AssertArrivesAsync(Offerer, Answerer);
        await AssertArrivesAsync(Answerer, Offerer);
    }

    public async ValueTask DisposeAsync()
    {
        await Offerer.DisposeAsync();
        await Answerer.DisposeAsync();
        _deadline.Dispose();
    }

    // A datagram may be lost while the other side follows to another path.
    private async Task AssertArrivesAsync(IceConnection from, IceConnection to)
    {
        byte[] data = [0xC0, 1, 2, 3], buffer = new byte[100];
        ValueTask<ReceivedDatagram> receiving = to.ReceiveAsync(buffer, Token);
        Task<ReceivedDatagram> received = receiving.AsTask();
        while (!received.IsCompleted)
        {
            Assert.Equal(NetworkStatus.Ok, await from.SendAsync(data, Token));
            await Task.WhenAny(received, Task.Delay(100, Token));
        }

        Assert.Equal(data, buffer.AsSpan(0, (await received).Length).ToArray());
    }
}
