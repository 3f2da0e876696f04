using Traversal.Load.Engine;
using Traversal.Load.Measurement;
using Traversal.Transport;
using Traversal.Turn.Tests;

namespace Traversal.Server.Tests;

/// <summary>A server that is busy all the time never makes the collector run. <c>TRAVERSAL_SOAK=30</c> makes it a minute.</summary>
[Collection(nameof(AllocationTests))]
public sealed class CollectionTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2 * Soak.Factor);

    [Theory]
    [InlineData(EngineKind.Managed)]
    [InlineData(EngineKind.Auto)]
    public async Task A_saturated_run_collects_no_garbage(EngineKind engine)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The generator makes the system calls of Linux.");
        TurnServerOptions options = TestServer.Options();
        options.Engine = engine;
        await using TurnServer server = await TestServer.StartAsync(options);
        var watch = new CollectionWatch();
        LoadReport report = LoadRun.Run(
            new LoadOptions
            {
                Server = server.Udp().Address,
                User = TurnTestClient.User,
                Password = TurnTestClient.Password,
                Allocations = 50,
                WarmUp = TimeSpan.FromSeconds(1),
                Duration = Duration,
            },
            watch,
            TestContext.Current.CancellationToken);

        Assert.True(watch.Collections == 0, $"{watch.Collections} collections while {report.Relay!.Delivered} packets were relayed");
        Assert.NotEqual(0, report.Relay!.Delivered);
        TestContext.Current.SendDiagnosticMessage(
            "{0}: {1} packets in {2}, {3} collections", engine, report.Relay.Delivered, Duration, watch.Collections);
    }

    /// <summary>Counts collections from the first to the last look at the run: server and generator are one process.</summary>
    private sealed class CollectionWatch : IProgressDisplay
    {
        private int? _before;

        public int Collections { get; private set; }

        public void ShowSetup(int done, int total)
        {
        }

        public void ShowTraffic(Traffic traffic, ProcessProbe probe)
        {
            // What was left over from before is not the run's.
            if (_before is null) GC.Collect();
            _before ??= GC.CollectionCount(0);
            Collections = GC.CollectionCount(0) - _before.Value;
        }
    }
}
