namespace Traversal.Fuzz.Tests;

/// <summary>Every input that fuzzing has left us, on code that is not instrumented.</summary>
public class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void Every_file_of_the_corpus_runs_without_a_finding(string name)
    {
        FuzzTarget target = FuzzTarget.Find(name)!;
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus", name));

        Assert.NotEmpty(files);
        Assert.All(files, file => target.Fuzz(File.ReadAllBytes(file)));
    }

    [Theory, MemberData(nameof(Targets))]
    public void Every_seed_runs_without_a_finding(string name)
    {
        FuzzTarget target = FuzzTarget.Find(name)!;

        Assert.NotEmpty(target.Seeds());
        Assert.All(target.Seeds(), seed => target.Fuzz(seed.Bytes));
    }

    [Fact]
    public void A_target_that_fails_is_a_finding() => Assert.Throws<InvariantException>(() => FuzzTarget.Find("self-test")!.Fuzz("throw"u8));
}
