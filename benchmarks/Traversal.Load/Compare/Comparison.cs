using Traversal.Load.Command;
using Traversal.Load.Engine;
using Traversal.Load.Measurement;

namespace Traversal.Load.Compare;

/// <summary>
/// Puts the same profiles to several servers in turn, round by round, so that whatever else the machine does hits all of them alike. Each
/// round begins with another server.
/// </summary>
internal sealed class Comparison(IReadOnlyList<ServerUnderTest> servers, IReadOnlyList<LoadProfile> profiles, LoadOptions common, int rounds)
{
    /// <summary>Runs all rounds. Ends early, with the rounds done so far, when cancelled.</summary>
    public ComparisonReport Run(string reference, ProgressLine progress, CancellationToken cancellation)
    {
        var runs = profiles.Select(_ => servers.Select(_ => new List<LoadReport?>()).ToArray()).ToArray();
        for (int round = 0; round < rounds && !cancellation.IsCancellationRequested; round++)
        {
            for (int profile = 0; profile < profiles.Count; profile++)
            {
                for (int turn = 0; turn < servers.Count && !cancellation.IsCancellationRequested; turn++)
                {
                    int server = (round + turn) % servers.Count;
                    progress.Begin($"round {round + 1}/{rounds}, {profiles[profile].Name}, {servers[server].Name}: ");
                    runs[profile][server].Add(RunOne(profiles[profile], servers[server], progress, cancellation));
                    progress.End();
                }
            }
        }

        return new ComparisonReport(rounds, reference, [.. profiles.Select((profile, index) =>
            new ProfileReport(profile.Name, [.. servers.Select((server, place) => new ServerRuns(server.Name, runs[index][place]))]))]);
    }

    private LoadReport? RunOne(LoadProfile profile, ServerUnderTest server, ProgressLine progress, CancellationToken cancellation)
    {
        // What the run before left behind is collected between the runs, not in them.
        GC.Collect();
        LoadOptions options = profile.Apply(common) with { Server = server.Address, ProcessIds = [server.ProcessId] };
        options = options with { SetupBaseline = options.Allocations / 10 };
        try
        {
            return LoadRun.Run(options, progress, cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (LoadException failure)
        {
            progress.End();
            Console.Error.WriteLine($"{server.Name}, {profile.Name}: {failure.Message}");
            return null;
        }
    }
}
