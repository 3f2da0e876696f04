using Traversal.Client.Ice;
using Traversal.Client.Network;
using Traversal.Client.Tests.Turn;
using Traversal.Connectivity;
using Traversal.Ice;

namespace Traversal.Client.Tests.Ice;

/// <summary>Runs of datagrams that are sent and delivered together.</summary>
public sealed class IceRunTests
{
    private const int Size = 1200, Datagrams = 20, LastLength = 7;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_is_delivered_as_the_datagrams_it_consists_of(bool isRelayed)
    {
        await using Relay relay = await Relay.StartAsync();
        await using IcePairOfConnections pair = await IcePairOfConnections.ConnectAsync(relay, isRelayed);
        var sink = new Sink();
        pair.Answerer.DeliverTo(sink);
        IcePairReport before = pair.Offerer.GetPairs().Single(report => report.IsSelected);

        byte[] run = new byte[(Datagrams - 1) * Size + LastLength];
        for (int i = 0; i < Datagrams; i++) run.AsSpan(i * Size)[..Math.Min(Size, run.Length - i * Size)].Fill((byte)(0xC0 + i));
        Assert.Equal(NetworkStatus.Ok, pair.Offerer.SendRun(run, Size, out int taken));

        Assert.Equal(run.Length, taken);
        await sink.HasAll.WaitAsync(pair.Token);
        Assert.Equal(Enumerable.Range(0, Datagrams), sink.Received.Select(datagram => datagram[0] - 0xC0));
        Assert.Equal(run, sink.Received.SelectMany(datagram => datagram));
        Assert.InRange(sink.Batches, 1, Datagrams);
        IcePairReport after = pair.Offerer.GetPairs().Single(report => report.IsSelected);
        Assert.Equal((Datagrams, run.Length), (after.PacketsSent - before.PacketsSent, after.BytesSent - before.BytesSent));
    }

    [Fact]
    public async Task Without_a_path_nothing_of_a_run_is_taken()
    {
        await using var pair = new IcePairOfConnections();
        Assert.Equal(NetworkStatus.Unreachable, pair.Offerer.SendRun(new byte[10], 5, out int taken));
        Assert.Equal(0, taken);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Offerer.SendRun(new byte[10], 0, out _));

        await pair.Offerer.DisposeAsync();
        Assert.Equal(NetworkStatus.Closed, pair.Offerer.SendRun(new byte[10], 5, out _));
    }

    [Fact]
    public async Task Without_a_sink_receives_have_the_data_again()
    {
        await using IcePairOfConnections pair = await new IcePairOfConnections().ConnectAsync();
        pair.Answerer.DeliverTo(new Sink());
        pair.Answerer.DeliverTo(null);
        await pair.AssertConnectedAsync();
    }

    // One socket, so that one thread at a time calls.
    private sealed class Sink : IDatagramSink
    {
        private readonly TaskCompletionSource _hasAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<byte[]> Received { get; } = [];

        public int Batches { get; private set; }

        public Task HasAll => _hasAll.Task;

        public void OnDatagram(ReadOnlySpan<byte> data)
        {
            // What was sent to find out whether there is a path.
            if (data.Length != 4) Received.Add(data.ToArray());
        }

        public void OnBatchEnd()
        {
            Batches++;
            if (Received.Count == Datagrams) _hasAll.TrySetResult();
        }
    }
}
