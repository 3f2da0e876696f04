using System.Text.RegularExpressions;

namespace Traversal.Architecture.Tests;

public sealed partial class SourceTreeTests
{
    private const int MaxLines = 500;

    private static readonly string[] Code = [".cs", ".sh", ".py", ".c", ".js", ".ts", ".html", ".css"];
    private static readonly string[] Text = [.. Code, ".csproj", ".props", ".targets", ".sln", ".json", ".yml", ".md", ".txt", ".editorconfig", ".gitignore", "run"];

    [Fact]
    public void No_file_of_code_is_longer_than_anybody_reads() =>
        Offences.None(
            from file in Repository.FilesEndingIn(Code)
            let lines = File.ReadLines(file).Count()
            where lines > MaxLines
            select $"{Repository.RelativePath(file)} has {lines} lines");

    [Fact]
    public void A_file_of_a_product_is_named_for_its_type() =>
        Offences.None(
            from file in Repository.FilesEndingIn(".cs")
            where Repository.IsBelow(file, "src") && Path.GetFileName(file) is not ("Program.cs" or "AssemblyAttributes.cs")
            let name = Path.GetFileName(file).Split('.')[0]
            where !TypeDeclaration().Matches(File.ReadAllText(file)).Any(match => match.Groups["name"].Value == name)
            select Repository.RelativePath(file));

    [Fact]
    public void Work_that_is_left_is_not_kept_in_comments() =>
        Offences.None(Offences.Lines(Repository.FilesEndingIn(Code), line => UnfinishedWork().IsMatch(line)));

    [Fact]
    public void Nothing_names_a_folder_of_the_machine_that_it_was_made_on() =>
        Offences.None(Offences.Lines(Repository.FilesEndingIn(Text), line => PrivatePath().IsMatch(line)));

    [Fact]
    public void A_silenced_warning_gives_its_reason() =>
        Offences.None(
            from file in Repository.FilesEndingIn(".cs")
            let lines = (string[])["", .. File.ReadLines(file)]
            from number in Enumerable.Range(1, lines.Length - 1)
            where (lines[number].Contains("#pragma warning " + "disable", StringComparison.Ordinal)
                    && !lines[number].Contains("//", StringComparison.Ordinal) && !lines[number - 1].Contains("//", StringComparison.Ordinal))
                || (lines[number].Contains("[Suppress" + "Message", StringComparison.Ordinal) && !lines[number].Contains("Justification", StringComparison.Ordinal))
            select $"{Repository.RelativePath(file)}:{number}: {lines[number].Trim()}");

    [GeneratedRegex(@"\b(record struct|record class|class|struct|interface|enum|record|delegate [\w<>?, ]+)\s+(?<name>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeDeclaration();

    // Written so that they do not find themselves.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex(@"(?<![\w./-])/(work|home|root|Users)/\w", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PrivatePath();
}
