namespace Traversal.Architecture.Tests;

/// <summary>Collects what breaks a rule and tells all of it at once.</summary>
internal static class Offences
{
    public static void None(IEnumerable<string> offences)
    {
        string[] all = [.. offences];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    public static IEnumerable<string> Lines(IEnumerable<string> files, Func<string, bool> offend) =>
        from file in files
        from line in File.ReadLines(file).Index()
        where offend(line.Item)
        select $"{Repository.RelativePath(file)}:{line.Index + 1}: {line.Item.Trim()}";
}
