using System.Reflection;
using System.Text.RegularExpressions;

namespace Traversal.Conformance.Tests;

/// <summary>What names a sentence of an RFC names it in one form, so that it can be counted.</summary>
public sealed partial class CitationTests
{
    public static TheoryData<string> Rows => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Departures.md"))
        .Where(line => line.StartsWith('|') && !line.StartsWith("|-", StringComparison.Ordinal) && !line.StartsWith("| requirement ", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_departure_names_its_sentences_says_what_they_want_and_gives_a_reason(string row)
    {
        string[] cells = [.. row.Trim('|').Split('|').Select(cell => cell.Trim())];

        Assert.Equal(3, cells.Length);
        Assert.All(cells[0].Split(", "), id => Assert.Matches(Identifier(), id));
        Assert.All(cells[1..], cell => Assert.NotEmpty(cell));
    }

    [Fact]
    public void No_sentence_is_listed_twice()
    {
        string[] listed = [.. Rows.SelectMany(row => Identifier().Matches(row.Data.Split('|')[1]).Select(match => match.Value))];

        Assert.Distinct(listed, StringComparer.Ordinal);
    }

    [Fact]
    public void Every_test_that_cites_a_requirement_cites_it_in_that_form()
    {
        string[] cited = [.. typeof(CitationTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<TraitAttribute>())
            .Where(trait => trait.Name == "Requirement")
            .Select(trait => trait.Value)];

        Assert.NotEmpty(cited);
        Assert.All(cited, id => Assert.Equal(id, Identifier().Match(id).Value));
    }

    [GeneratedRegex(@"RFC\d{4}-[0-9A-Z]+(\.\d+)*-\d+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Identifier();
}
