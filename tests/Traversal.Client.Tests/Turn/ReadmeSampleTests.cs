using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Turn;

public sealed class ReadmeSampleTests
{
    private const string Heading = "## A relayed socket";

    [Fact]
    public async Task The_sample_of_the_readme_runs()
    {
        await using Relay relay = await Relay.StartAsync();
        using var echo = new EchoPeer();
        ServerUri server = ServerUri.Parse($"turn:{relay.Endpoint().Address}");
        TransportAddress peer = echo.Address;

        Assert.Equal(5, await RunAsync(server, peer).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task<int> RunAsync(ServerUri server, TransportAddress peer)
    {
        // sample
        await using var client = new TurnClient(server, TurnLogin.FromPassword("alice", "correct-horse"));
        TurnResult<RelayedSocket> result = await client.AllocateAsync();
        if (!result.IsOk) throw new IOException(result.ToString());

        await using RelayedSocket socket = result.Value;
        Console.WriteLine($"peers reach me at {socket.RelayedAddress}");
        socket.Send("hello"u8, peer);
        byte[] buffer = new byte[1500];
        ReceivedDatagram answer = await socket.ReceiveAsync(buffer);

        // end of sample
        return answer.Length;
    }

    [Fact]
    public void The_readme_shows_that_very_sample() => ReadmeSample.AssertIsShown("Turn/ReadmeSampleTests.cs", Heading);
}
