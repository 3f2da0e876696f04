namespace Traversal.Fuzz.Tests;

/// <summary>What the instrumentation makes of the assemblies under test.</summary>
public class InstrumenterTests(InstrumentedProgram program) : IClassFixture<InstrumentedProgram>
{
    [Fact]
    public void Every_edge_is_listed_with_its_method()
    {
        string[] edges = File.ReadAllLines(EdgeList.PathIn(program.Folder));

        Assert.Equal(program.Edges, edges.Length);
        Assert.True(edges.Count(method => method.Contains("Traversal.Stun.StunMessage::", StringComparison.Ordinal)) > 40);
    }

    [Fact]
    public void Instrumented_code_does_what_it_did()
    {
        foreach (FuzzTarget target in FuzzTarget.All)
        {
            string output = program.Run("replay", target.Name, Path.Combine(AppContext.BaseDirectory, "corpus", target.Name));
            Assert.Contains(" 0 findings", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_inputs_take_different_edges()
    {
        string header = program.Run("cover", "stun-message", Seed("header"));
        string request = program.Run("cover", "stun-message", Seed("rfc5769-request"));

        int ofHeader = EdgesTaken(header), ofRequest = EdgesTaken(request);
        Assert.InRange(ofHeader, 10, ofRequest - 10);
        Assert.InRange(ofRequest, ofHeader, program.Edges);
        Assert.Equal(header, program.Run("cover", "stun-message", Seed("header")));
    }

    [Fact]
    public void What_is_instrumented_is_not_instrumented_again() =>
        Assert.Throws<InvalidOperationException>(() => Instrumenter.Run(program.Folder));

    private string Seed(string name) => program.Write(name, StunSeeds.All().First(seed => seed.Name.Equals(name, StringComparison.Ordinal)).Bytes);

    private static int EdgesTaken(string report) =>
        int.Parse(report.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
