using Traversal.Load.Compare;
using Traversal.Load.Measurement;
using Traversal.Primitives;

namespace Traversal.Load.Tests;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("ours=17@127.0.0.1:3478", "ours", 17, "127.0.0.1:3478")]
    [InlineData("v6=1@[::1]:3478", "v6", 1, "[::1]:3478")]
    public void A_server_is_name_process_and_address(string text, string name, int processId, string address)
    {
        Assert.True(ServerUnderTest.TryParse(text, out ServerUnderTest? server));
        Assert.Equal(new ServerUnderTest(name, processId, TransportAddress.Parse(address)), server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("17@127.0.0.1:3478")]
    [InlineData("=17@127.0.0.1:3478")]
    [InlineData("a=x@127.0.0.1:3478")]
    [InlineData("a=17@127.0.0.1")]
    [InlineData("a@b=17")]
    public void Anything_else_is_no_server(string text) => Assert.False(ServerUnderTest.TryParse(text, out _));

    [Fact]
    public void Best_median_and_ratio_skip_rounds_that_failed()
    {
        ServerRuns ours = Runs("ours", 10, null, 30, 12), reference = Runs("reference", 20, 20, null, 10);
        Assert.Equal(10, ours.Best(Cost));
        Assert.Equal(30, ours.Best(Cost, isHighest: true));
        Assert.Equal(12, ours.Median(Cost));
        Assert.Equal((0.5 + 1.2) / 2, ours.MedianRatio(reference, Cost), tolerance: 1e-9);
        Assert.True(double.IsNaN(Runs("gone", null, null).Median(Cost)));
    }

    [Fact]
    public void The_table_has_a_line_for_each_profile_and_server()
    {
        var report = new ComparisonReport(2, "reference", [new ProfileReport("up", [Runs("ours", 10, 30), Runs("reference", 20, 20)])]);
        string[] lines = ComparisonTable.Format(report).Split('\n');
        Assert.Contains(lines, line => line.StartsWith("up ", StringComparison.Ordinal) && line.Contains("ours", StringComparison.Ordinal) && line.Contains("0.50", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("up ", StringComparison.Ordinal) && line.Contains("reference", StringComparison.Ordinal));
    }

    private static double Cost(LoadReport report) => report.Relay!.ServerCpuNanosecondsPerPacket;

    private static ServerRuns Runs(string name, params double?[] costs) => new(name, [.. costs.Select(cost => cost is { } value ? Report(value) : null)]);

    private static LoadReport Report(double cost) => new()
    {
        Server = "",
        Transport = "",
        Path = "",
        Directions = "",
        Sizes = [160],
        Burst = 1,
        Rate = null,
        Window = 512,
        Setup = new SetupReport
        {
            Allocations = 1,
            Measured = 1,
            Seconds = 1,
            AllocationsPerSecond = 1,
            ServerCpuMicrosecondsPerAllocation = 1,
            ServerKilobytesPerAllocation = 1,
            ServerResidentKilobytes = 1,
            Retransmissions = 0,
            Duration = null,
        },
        Relay = new RelayReport
        {
            Seconds = 1,
            Sent = 1,
            Delivered = 1,
            PacketsPerSecond = 1,
            MegabitsPerSecond = 1,
            LossPercent = 0,
            OutOfOrder = 0,
            Duplicates = 0,
            Bad = 0,
            Unsent = 0,
            Errors = 0,
            Latency = null,
            LatencyUp = null,
            LatencyDown = null,
            ServerCpuNanosecondsPerPacket = cost,
            ServerCpuPercent = 1,
            ServerResidentKilobytes = 1,
            GeneratorCpuPercent = 1,
            GeneratorLateness = null,
        },
    };
}
