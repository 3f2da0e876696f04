using Traversal.Load.Command;
using Traversal.Load.Engine;
using Traversal.Load.Measurement;
using Traversal.Primitives;

namespace Traversal.Load.Tests;

/// <summary>Whole runs against a server whose faults are known. They take real time, but nothing is asserted that depends on how fast it goes.</summary>
public sealed class LoadRunTests
{
    // What is lost is waited for until the drain ends.
    private static readonly TimeSpan LossDrain = TimeSpan.FromSeconds(1);

    public LoadRunTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The generator makes the system calls of Linux.");

    [Theory]
    [InlineData(nameof(PeerArrangement.Own))]
    [InlineData(nameof(PeerArrangement.Shared))]
    [InlineData(nameof(PeerArrangement.Relayed))]
    public void A_faultless_server_delivers_everything_in_order(string arrangement)
    {
        PeerArrangement peers = Enum.Parse<PeerArrangement>(arrangement);
        using var server = new MirrorServer();
        RelayReport relay = Run(server, options => options with
        {
            Peers = peers,
            Directions = peers == PeerArrangement.Relayed ? Directions.Up : Directions.Both,
            Sizes = [16, 333],
            Burst = 2,
        });

        Assert.True(relay.Delivered > 0);
        Assert.Equal(relay.Sent, relay.Delivered);
        Assert.Equal((0, 0, 0, 0), (relay.OutOfOrder, relay.Duplicates, relay.Bad, relay.Errors));
    }

    [Fact]
    public void Every_tenth_packet_lost_is_a_loss_of_ten_percent()
    {
        using var server = new MirrorServer { Copies = number => number % 10 == 0 ? 0 : 1 };
        RelayReport relay = Run(server, options => options with { Drain = LossDrain });
        Assert.Equal(10, relay.LossPercent, tolerance: 0.5);
        Assert.Equal(0, relay.OutOfOrder);
    }

    [Fact]
    public void A_packet_delivered_twice_counts_once()
    {
        using var server = new MirrorServer { Copies = number => number % 5 == 0 ? 2 : 1 };
        RelayReport relay = Run(server, options => options with { Directions = Directions.Down });
        Assert.Equal(relay.Sent, relay.Delivered);
        Assert.InRange(relay.Duplicates, relay.Sent / 5 - 1, relay.Sent / 5 + 1);
    }

    [Fact]
    public void A_stall_delays_every_packet_that_was_meant_to_leave_during_it()
    {
        const int Rate = 2_000;
        const int Stalled = 100;
        using var server = new MirrorServer { HeldBack = Stalled };
        RelayReport relay = Run(server, options => options with { Rate = Rate, Allocations = 1, Directions = Directions.Up });

        // The first of them waited until the last had left at its own time: a hundred of 400, half of them longer than half of the stall.
        double stallMicroseconds = (Stalled - 1) * 1e6 / Rate;
        Assert.Equal(relay.Sent, relay.Delivered);
        Assert.True(relay.Latency!.Max >= stallMicroseconds, $"max {relay.Latency.Max} us");
        Assert.True(relay.Latency.P90 >= stallMicroseconds / 2, $"p90 {relay.Latency.P90} us");
    }

    [Fact]
    public void At_full_speed_lost_packets_do_not_close_the_window()
    {
        using var server = new MirrorServer { Copies = number => number % 2 };
        RelayReport relay = Run(server, options => options with { Rate = 0, Window = 4, Duration = TimeSpan.FromSeconds(2), Drain = LossDrain });
        Assert.True(relay.Delivered > 4);
        Assert.Equal(50, relay.LossPercent, tolerance: 5);
    }

    [Fact]
    public void Allocations_are_counted_and_given_back()
    {
        using var server = new MirrorServer();
        TransportAddress address = server.Start();
        var options = new LoadOptions { Server = address, Allocations = 20, SetupOnly = true, SetupBaseline = 5, SetupConcurrency = 4 };
        LoadReport report = LoadRun.Run(options, new ProgressLine(isVisible: false), TestContext.Current.CancellationToken);

        Assert.Null(report.Relay);
        Assert.Equal((20, 15), (report.Setup.Allocations, report.Setup.Measured));
        Assert.Equal(20, server.Refusals);
        Assert.Equal(20, server.Releases);
    }

    [Fact]
    public void With_the_nonce_of_the_client_before_only_the_first_client_is_refused()
    {
        using var server = new MirrorServer();
        var options = new LoadOptions { Server = server.Start(), Allocations = 5, SetupOnly = true, ReuseNonce = true, Keep = true };
        LoadRun.Run(options, new ProgressLine(isVisible: false), TestContext.Current.CancellationToken);
        Assert.Equal(1, server.Refusals);
        Assert.Equal(0, server.Releases);
    }

    private static RelayReport Run(MirrorServer server, Func<LoadOptions, LoadOptions> with)
    {
        var options = new LoadOptions
        {
            Server = server.Start(),
            Allocations = 4,
            Rate = 1_000,
            Duration = TimeSpan.FromSeconds(0.2),
            WarmUp = TimeSpan.Zero,
            Drain = TimeSpan.FromSeconds(10),
        };
        return LoadRun.Run(with(options), new ProgressLine(isVisible: false), TestContext.Current.CancellationToken).Relay!;
    }
}
