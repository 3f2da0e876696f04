namespace Traversal.Client.Tests;

/// <summary>The code that the README shows, which is that of a test.</summary>
internal static class ReadmeSample
{
    /// <summary>Fails unless the first code under a heading is what stands between the marks of a test's source.</summary>
    /// <param name="testFile">The test's source, from the folder of this project.</param>
    /// <param name="heading">The heading in the README.</param>
    public static void AssertIsShown(string testFile, string heading)
    {
        string root = RepositoryRoot();
        string source = File.ReadAllText(Path.Combine(root, "tests/Traversal.Client.Tests", testFile));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));
        readme = readme[readme.IndexOf(heading, StringComparison.Ordinal)..];

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
