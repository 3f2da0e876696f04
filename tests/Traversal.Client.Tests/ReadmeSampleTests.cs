namespace Traversal.Client.Tests;

public sealed class ReadmeSampleTests
{
    [Fact]
    public async Task The_sample_of_the_readme_runs()
    {
        // sample
        ServerUri server = ServerUri.Parse("stun:127.0.0.1:3478");
        StunResult answer = await new StunClient().QueryAsync(server);
        Console.WriteLine(answer.IsAnswered ? $"I am {answer.Binding.MappedAddress} to the world" : $"{answer}");

        // end of sample
        Assert.Contains(answer.Status, (StunStatus[])[StunStatus.Answered, StunStatus.Unreachable, StunStatus.NoAnswer]);
    }

    [Fact]
    public void The_readme_shows_that_very_sample()
    {
        string root = RepositoryRoot();
        string source = File.ReadAllText(Path.Combine(root, "tests/Traversal.Client.Tests/ReadmeSampleTests.cs"));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string[] sample = Lines(source[(source.IndexOf("// sample", StringComparison.Ordinal) + 9)..source.IndexOf("// end of sample", StringComparison.Ordinal)]);

        Assert.Contains(string.Join('\n', sample), string.Join('\n', Lines(readme)), StringComparison.Ordinal);
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
