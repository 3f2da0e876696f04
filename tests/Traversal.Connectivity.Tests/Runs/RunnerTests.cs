using Traversal.Simulation.Runner;
using Traversal.Simulation.Runs;

namespace Traversal.Connectivity.Tests;

/// <summary>The program that runs seeds: its options, what it says, and how it ends.</summary>
public sealed class RunnerTests : IDisposable
{
    private readonly StringWriter _output = new(), _errors = new();

    [Theory]
    [InlineData("--seeds")]
    [InlineData("--seeds", "0")]
    [InlineData("--seeds", "many")]
    [InlineData("--seeds", "-1")]
    [InlineData("--seeds", "99999999999999999999")]
    [InlineData("--from", "1.5")]
    [InlineData("--threads", "0")]
    [InlineData("--threads", "1025")]
    [InlineData("--max-faults", "2147483648")]
    [InlineData("--seed", "")]
    [InlineData("--bogus", "3")]
    [InlineData("--bogus")]
    [InlineData("--seeds", "3", "--bogus")]
    [InlineData("--seed", "3", "--from", "2")]
    public void A_bad_option_is_named_in_one_line_and_nothing_is_run(params string[] args)
    {
        int code = Run((_, _) => throw new InvalidOperationException("It ran."), args);

        string line = Assert.Single(Lines(_errors));
        Assert.StartsWith((args.Contains("--bogus", StringComparer.Ordinal) ? "--bogus" : args[0]) + ": ", line, StringComparison.Ordinal);
        Assert.Equal((ExitCode.BadOptions, ""), (code, _output.ToString()));
    }

    [Fact]
    public void Three_seeds_are_run_with_progress_and_a_line_for_each_way_to_meet()
    {
        Assert.Equal(ExitCode.Well, Run(RandomRun.Play, "--seeds", "3", "--from", "5", "--threads", "2"));

        Assert.Equal("3/3 seeds, 0 faults", Lines(_errors)[^1]);
        string[] lines = Lines(_output);
        Assert.StartsWith("3 runs, 0 faults, ", lines[0], StringComparison.Ordinal);
        Assert.Equal(Enum.GetNames<RunOutcome>(), lines[1..].Select(line => line.Split(':')[0]), StringComparer.Ordinal);
        int met = Enumerable.Range(5, 3).Sum(seed => RandomRun.Play((ulong)seed).Meetings.Count);
        Assert.Equal(met, lines[1..].Sum(line => int.Parse(line.Split(' ', ',')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_line_of_a_seed_that_fails_begins_with_what_replays_it()
    {
        Assert.Equal(ExitCode.Faults, Run(FailAtSeven, "--seeds", "10"));
        Assert.Equal("10/10 seeds, 1 faults", Lines(_errors)[^1]);
        string fault = Lines(_output)[0];
        Assert.Equal("--seed 7: no path", fault);
        _output.GetStringBuilder().Clear();

        Assert.Equal(ExitCode.Faults, Run(FailAtSeven, fault.Split(':')[0].Split(' ')));
        Assert.Equal(["it happens", "seed 7: no path", "and more"], Lines(_output));
    }

    [Fact]
    public void It_ends_after_as_many_faults_as_it_is_told()
    {
        Assert.Equal(ExitCode.Faults, Run((seed, _) => new RunResult(seed, "always", []), "--seeds", "1000", "--threads", "1", "--max-faults", "3"));

        Assert.Equal(["--seed 1: always", "--seed 2: always", "--seed 3: always"], Lines(_output)[..3]);
        Assert.StartsWith("3 runs, 3 faults", Lines(_output)[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_again_says_what_happens()
    {
        Assert.Equal(ExitCode.Well, Run(RandomRun.Play, "--seed", "17"));

        List<string> happened = [];
        string result = RandomRun.Play(17, happened.Add).ToString();
        Assert.Equal([.. happened.SelectMany(text => text.Split('\n')), result], Lines(_output));
    }

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    // What is wrong goes on in a second line, as an exception's text does.
    private static RunResult FailAtSeven(ulong seed, Action<string>? trace)
    {
        trace?.Invoke("it happens");
        return new RunResult(seed, seed == 7 ? "no path\nand more" : null, []);
    }

    private int Run(Func<ulong, Action<string>?, RunResult> play, params string[] args) => new Command(_output, _errors, play).Run(args);

    private static string[] Lines(StringWriter writer) => writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
