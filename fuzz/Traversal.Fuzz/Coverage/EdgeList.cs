namespace Traversal.Fuzz;

/// <summary>
/// The edges of an instrumented folder, a file beside its assemblies: one line for each, in order, with the method that it is in.
/// </summary>
internal static class EdgeList
{
    private const string FileName = "edges.txt";

    /// <summary>The file of a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Writes the file.</summary>
    public static void Write(string folder, IEnumerable<string> methods) => File.WriteAllLines(PathIn(folder), methods);

    /// <summary>The method of each edge of this program's own folder; empty when it is not instrumented.</summary>
    public static IReadOnlyList<string> Load()
    {
        string path = PathIn(AppContext.BaseDirectory);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}
