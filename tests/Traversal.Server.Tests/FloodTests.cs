using Traversal.Load.Engine;
using Traversal.Load.Flood;
using Traversal.Load.Measurement;
using Traversal.Primitives;
using Traversal.Transport.Tests.Engines;
using Traversal.Turn.Server;
using Traversal.Turn.Tests;

namespace Traversal.Server.Tests;

/// <summary>
/// Floods beside relayed flows, in a network namespace without a default route: nobody there is on loopback, which is exempt from limits, and forged
/// sources are nobody's. Some of them are routed back, so that what they would be sent is counted.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class FloodTests
{
    private const int Flows = 20, LoadRate = 1_000, FloodRate = 30_000;

    /// <summary>Unauthenticated bytes out for bytes in, headers included: over ten seconds, and in one reply.</summary>
    private const double MaxAmplification = 1.0, MaxReplyRatio = 2.5;

    private static readonly TimeSpan FloodTime = TimeSpan.FromSeconds(4 * Soak.Factor), LoadTime = TimeSpan.FromSeconds(2.5 * Soak.Factor);

    private static readonly string[] Setup =
    [
        "address add 192.0.2.1/24 dev lo",
        "address add 192.0.2.2/24 dev lo",
        "address add 192.0.2.3/24 dev lo",
        $"route add local {FloodOptions.BenchmarkNetwork} dev lo",
    ];

    [Fact]
    public void Garbage_is_dropped_and_leaves_relayed_flows_alone()
    {
        Outcome outcome = Flood(FloodKind.Garbage);

        Assert.Equal(0, outcome.Flood.Answers);
        outcome.AssertDropped(RelayCounter.DroppedMalformed, RelayCounter.DroppedNoChannel, RelayCounter.DroppedUnexpected);
    }

    [Fact]
    public void Unauthenticated_requests_are_hardly_answered_and_leave_relayed_flows_alone()
    {
        Outcome outcome = Flood(FloodKind.Allocate);

        Assert.NotEqual(0, outcome.Flood.Answers);
        outcome.AssertDropped(RelayCounter.DroppedReplies);
        outcome.AssertNotAmplified();
    }

    [Fact]
    public void Requests_with_forged_sources_are_not_amplified_and_leave_relayed_flows_alone()
    {
        Outcome outcome = Flood(FloodKind.Spoofed);

        Assert.NotEqual(0, outcome.Flood.Answers);
        outcome.AssertDropped(RelayCounter.DroppedReplies);
        outcome.AssertNotAmplified();
    }

    [Fact]
    public void Requests_with_forged_sources_that_no_route_leads_to_leave_relayed_flows_alone()
    {
        Outcome outcome = Flood(FloodKind.Spoofed, forged: "203.0.113.0/24");

        Assert.Equal(0, outcome.Flood.Answers);
        outcome.AssertDropped(RelayCounter.DroppedReplies);
    }

    private static Outcome Flood(FloodKind kind, string? forged = null)
    {
        Outcome? outcome = null;
        NetworkNamespace.Run(loopbackMtu: 65_536, () =>
        {
            foreach (string command in Setup) NetworkNamespace.Execute("ip", command);
            using Flooded flooded = new();
            outcome = flooded.Run(kind, forged);
        });
        outcome!.AssertFlowsAreWell();
        return outcome;
    }

    /// <summary>A server in the namespace of the thread that makes it, and so are the sockets of that thread and of those it starts.</summary>
    private sealed class Flooded : IDisposable
    {
        private readonly TurnServer _server;

        public Flooded()
        {
            var options = new TurnServerOptions
            {
                Listeners = { ListenEndpoint.Parse("udp://192.0.2.1:0") },
                Users = { [TurnTestClient.User] = TurnTestClient.Password },
                AllowPeers = { "192.0.2.3/32" },
                Relay = { Realm = TurnTestClient.Realm },
            };
            _server = new TurnServer(options);
            _server.StartAsync().GetAwaiter().GetResult();
        }

        public Outcome Run(FloodKind kind, string? forged)
        {
            FloodReport? flood = null;
            var watch = new FloodWatch(_server, start: () =>
            {
                var options = new FloodOptions
                {
                    Kind = kind,
                    Server = _server.Udp().Address,
                    Rate = FloodRate,
                    Duration = FloodTime,
                    ClientAddress = TransportAddress.Parse("192.0.2.2:0"),
                    ForgedNetwork = forged is null ? FloodOptions.BenchmarkNetwork : System.Net.IPNetwork.Parse(forged),
                };
                var thread = new Thread(() => flood = FloodRun.Run(options, CancellationToken.None));
                thread.Start();
                return thread;
            });
            LoadReport load = LoadRun.Run(
                new LoadOptions
                {
                    Server = _server.Udp().Address,
                    User = TurnTestClient.User,
                    Password = TurnTestClient.Password,
                    Allocations = Flows,
                    Rate = LoadRate,
                    ClientAddresses = [TransportAddress.Parse("192.0.2.3:0")],
                    PeerAddress = TransportAddress.Parse("192.0.2.3:0"),
                    WarmUp = TimeSpan.FromSeconds(1),
                    Duration = LoadTime,
                    Drain = TimeSpan.FromSeconds(5),
                },
                watch,
                CancellationToken.None);
            watch.Join();
            return new Outcome(_server, load.Relay!, flood!, watch.AllocatedBytes, watch.MostAllocations);
        }

        public void Dispose() => _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Starts the flood when the flows run, and watches what it makes the process keep.</summary>
    private sealed class FloodWatch(TurnServer server, Func<Thread> start) : IProgressDisplay
    {
        private Thread? _flood;
        private long _allocatedBefore;

        public long AllocatedBytes { get; private set; }

        public int MostAllocations { get; private set; }

        public void ShowSetup(int done, int total)
        {
        }

        public void ShowTraffic(Traffic traffic, ProcessProbe probe)
        {
            if (_flood is null)
            {
                _flood = start();
                _allocatedBefore = GC.GetTotalAllocatedBytes();
            }

            AllocatedBytes = GC.GetTotalAllocatedBytes() - _allocatedBefore;
            MostAllocations = Math.Max(MostAllocations, server.Allocations);
        }

        public void Join() => _flood?.Join();
    }

    private sealed record Outcome(TurnServer Server, RelayReport Load, FloodReport Flood, long AllocatedBytes, int MostAllocations)
    {
        private const double MaxLossPercent = 1;
        private const int MaxAllocatedBytesForPacket = 16;

        public void AssertFlowsAreWell()
        {
            Assert.True(Load.Delivered > 0, ToString());
            Assert.True(Load.LossPercent < MaxLossPercent, ToString());
            Assert.True(MostAllocations == Flows, ToString());
            Assert.True(AllocatedBytes < MaxAllocatedBytesForPacket * Flood.Sent, ToString());
        }

        /// <summary>Most of the flood, that which the kernel had no room for left aside, was dropped for one of these reasons.</summary>
        public void AssertDropped(params RelayCounter[] reasons) => Assert.True(reasons.Sum(Server.Count) > Flood.Sent / 2, ToString());

        public void AssertNotAmplified()
        {
            Assert.True(Flood.WorstAmplification <= MaxAmplification, ToString());
            Assert.True(Flood.LargestAnswerRatio <= MaxReplyRatio, ToString());
        }
    }
}
