using System.CommandLine;
using Traversal.Load.Compare;
using Traversal.Load.Engine;
using Traversal.Load.Measurement;

namespace Traversal.Load.Command;

/// <summary><c>compare</c>: several running servers under the same profiles, interleaved.</summary>
internal sealed class CompareCommand
{
    private readonly CommonArguments _common = new();
    private readonly Argument<ServerUnderTest[]> _servers = new("servers")
    {
        Description = "NAME=PID@ADDRESS:PORT for each server.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = argument =>
        {
            var servers = new List<ServerUnderTest>();
            foreach (var token in argument.Tokens)
            {
                if (ServerUnderTest.TryParse(token.Value, out ServerUnderTest? server)) servers.Add(server!);
                else argument.AddError($"'{token.Value}' is not NAME=PID@ADDRESS:PORT.");
            }

            return [.. servers];
        },
    };
    private readonly Option<int> _rounds = Numbers.Option("--rounds", "How often each server meets each profile.", 5, 1, 1000);
    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Only profiles whose name contains one of these.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> _reference = new("--reference") { Description = "The server that ratios are to; the last one unless said." };

    public void AddTo(System.CommandLine.Command root)
    {
        var command = new System.CommandLine.Command("compare", "Put the standard profiles to several running servers, interleaved.");
        command.Arguments.Add(_servers);
        foreach (Option option in (Option[])[_rounds, _only, _reference]) command.Options.Add(option);
        foreach (Option option in _common.All) command.Options.Add(option);
        command.SetAction((arguments, cancellation) => Task.FromResult(Run(arguments, cancellation)));
        root.Subcommands.Add(command);
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        ServerUnderTest[] servers = arguments.GetRequiredValue(_servers);
        string reference = arguments.GetValue(_reference) ?? servers[^1].Name;
        string[] only = arguments.GetValue(_only) ?? [];
        LoadProfile[] profiles = [.. LoadProfile.All.Where(profile => only.Length == 0 || only.Any(part => profile.Name.Contains(part, StringComparison.Ordinal)))];
        if (!servers.Any(server => string.Equals(server.Name, reference, StringComparison.Ordinal))) return Ending.BadArguments($"--reference: no server is named '{reference}'.");
        if (profiles.Length == 0) return Ending.BadArguments($"--only: the profiles are {string.Join(", ", LoadProfile.All.Select(profile => profile.Name))}.");

        return Ending.Of(() =>
        {
            Processor.Prepare(_common.ReadCpu(arguments));
            LoadOptions common = _common.ReadOptions(arguments, servers[0].Address);
            var comparison = new Comparison(servers, profiles, common, arguments.GetValue(_rounds));
            ComparisonReport report = comparison.Run(reference, _common.CreateProgress(arguments), cancellation);
            _common.ReadOutput(arguments).Write(report, ReportJson.Default.ComparisonReport, ComparisonTable.Format);
        });
    }
}
