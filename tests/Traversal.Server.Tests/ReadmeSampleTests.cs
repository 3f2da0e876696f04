namespace Traversal.Server.Tests;

public sealed class ReadmeSampleTests
{
    [Fact]
    public async Task The_sample_of_the_readme_runs()
    {
        // sample
        var options = new TurnServerOptions
        {
            Relay = { Realm = "example.org" },
            Listeners = { ListenEndpoint.Parse("udp://127.0.0.1:0"), ListenEndpoint.Parse("tcp://127.0.0.1:0") },
            Users = { ["alice"] = "correct-horse" },
            AllowPeers = { "127.0.0.0/8" },
        };

        await using var server = new TurnServer(options);
        await server.StartAsync();
        foreach (ListenEndpoint endpoint in server.Endpoints)
        {
            Console.WriteLine($"listening on {endpoint}");
        }

        // end of sample
        Assert.Equal(2, server.Endpoints.Count);
    }

    [Fact]
    public void The_readme_shows_that_very_sample()
    {
        string root = RepositoryRoot();
        string source = File.ReadAllText(Path.Combine(root, "tests/Traversal.Server.Tests/ReadmeSampleTests.cs"));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));

        Assert.Equal(Lines(Between(source, "// sample", "// end of sample")), Lines(Between(readme, "```csharp", "```")));
    }

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Traversal.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not stand in the repository.");
    }
}
