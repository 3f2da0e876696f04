namespace Traversal.Architecture.Tests;

/// <summary>The tree that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] BuildOutput = ["bin", "obj", ".git", ".vs", ".idea", "TestResults", "BenchmarkDotNet.Artifacts", "__pycache__"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Project> Projects { get; } = [.. FilesEndingIn(".csproj").Select(path => new Project(path))];

    public static IEnumerable<Project> Products => Projects.Where(project => project.IsProduct);

    public static IEnumerable<string> FilesEndingIn(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    public static string RelativePath(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static bool IsBelow(string path, string folder) => RelativePath(path).StartsWith(folder + "/", StringComparison.Ordinal);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Traversal.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("These tests run inside the repository, below Traversal.sln.");
    }

    // In a worktree .git is a file.
    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != ".git")
            .Concat(Directory.EnumerateDirectories(folder).Where(child => !BuildOutput.Contains(Path.GetFileName(child), StringComparer.Ordinal)).SelectMany(Walk));
}
