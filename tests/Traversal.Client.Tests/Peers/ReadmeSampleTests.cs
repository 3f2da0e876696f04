using Traversal.Client.Identity;
using Traversal.Ice;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Peers;

public sealed class ReadmeSampleTests
{
    private const string Heading = "## A connection to a peer";

    [Fact]
    public async Task The_sample_of_the_readme_runs()
    {
        using PeerIdentity identity = PeerIdentity.Create(), other = PeerIdentity.Create();
        (InMemorySignaling one, InMemorySignaling two) = InMemorySignaling.CreatePair();
        var path = new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] };
        await using var answerer = new PeerConnection(new PeerConnectionOptions { Identity = other, Peer = identity.Id, Path = path }, two);
        Task<string> answering = AnswerAsync(answerer);

        await RunAsync(identity, other.Id, path with { Role = IceRole.Controlling }, one).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("hello", await answering.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static async Task RunAsync(PeerIdentity identity, PeerId friend, IceConnectionOptions path, ISignaling signaling)
    {
        // sample
        var options = new PeerConnectionOptions { Identity = identity, Peer = friend, Protocols = ["chat/1", PeerConnectionOptions.DefaultProtocol], Path = path };
        await using var connection = new PeerConnection(options, signaling);
        PeerOutcome outcome = await connection.ConnectAsync();
        if (!outcome.IsConnected) throw new IOException(outcome.ToString());

        await using PeerStream stream = await connection.OpenStreamAsync();
        await stream.WriteAsync("hello"u8.ToArray());

        // end of sample
    }

    [Fact]
    public void The_readme_shows_that_very_sample() => ReadmeSample.AssertIsShown("Peers/ReadmeSampleTests.cs", Heading);

    private static async Task<string> AnswerAsync(PeerConnection connection)
    {
        Assert.True((await connection.ConnectAsync()).IsConnected);
        using var reader = new StreamReader(await connection.AcceptStreamAsync());
        return await reader.ReadToEndAsync();
    }
}
