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
    public void The_readme_shows_that_very_sample()
    {
        string root = RepositoryRoot();
        string source = File.ReadAllText(Path.Combine(root, "tests/Traversal.Client.Tests/Turn/ReadmeSampleTests.cs"));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));
        readme = readme[readme.IndexOf(Heading, StringComparison.Ordinal)..];

        Assert.Equal(Lines(Between(source, "// sample", "// end of sample")), Lines(Between(readme, "```csharp", "```")));
    }

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Traversal.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not stand in the repository.");
    }
}
