namespace Traversal.Fuzz;

/// <summary>Runs a target over files.</summary>
internal static class Replay
{
    /// <summary>Runs every file and names those that fail.</summary>
    /// <returns>The exit code: 1 when one failed.</returns>
    public static int Run(FuzzTarget target, IEnumerable<string> paths)
    {
        int files = 0, findings = 0;
        foreach (string file in FilesIn(paths))
        {
            files++;
            try
            {
                target.Fuzz(File.ReadAllBytes(file));
            }
#pragma warning disable CA1031 // Whatever it is, it is a finding.
            catch (Exception finding)
#pragma warning restore CA1031
            {
                findings++;
                Console.WriteLine($"{file}: {finding}");
            }
        }

        Console.WriteLine($"{target.Name}: {files} files, {findings} findings");
        return findings == 0 ? 0 : 1;
    }

    /// <summary>The files among the paths, and all files in the folders among them, in the order of their names.</summary>
    public static IEnumerable<string> FilesIn(IEnumerable<string> paths) =>
        paths.SelectMany<string, string>(path =>
            File.Exists(path) ? [path] : Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
