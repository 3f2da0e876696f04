using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

public sealed class ReadmeSampleTests
{
    private const string Heading = "## A connection to another application";

    [Fact]
    public async Task The_sample_of_the_readme_runs()
    {
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        var options = new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] };
        await using var answerer = new IceConnection(options, other);
        Task answering = AnswerAsync(answerer);

        Assert.Equal(5, await RunAsync(options, one).WaitAsync(IcePairOfConnections.Deadline));
        await answering.WaitAsync(IcePairOfConnections.Deadline);
    }

    private static async Task<int> RunAsync(IceConnectionOptions options, ISignaling signaling)
    {
        // sample
        await using var connection = new IceConnection(options with { Role = IceRole.Controlling }, signaling);
        IceOutcome outcome = await connection.ConnectAsync();
        if (!outcome.IsConnected) throw new IOException(outcome.ToString());

        connection.Send("hello"u8);
        byte[] buffer = new byte[1500];
        ReceivedDatagram answer = await connection.ReceiveAsync(buffer);

        // end of sample
        return answer.Length;
    }

    [Fact]
    public void The_readme_shows_that_very_sample() => ReadmeSample.AssertIsShown("Ice/ReadmeSampleTests.cs", Heading);

    private static async Task AnswerAsync(IceConnection connection)
    {
        await connection.ConnectAsync();
        byte[] buffer = new byte[1500];
        ReceivedDatagram question = await connection.ReceiveAsync(buffer);
        while (connection.Send(buffer.AsSpan(0, question.Length)) != NetworkStatus.Ok) await Task.Delay(10);
    }
}
