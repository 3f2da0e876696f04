using BenchmarkDotNet.Attributes;

namespace Traversal.Benchmarks.Relay;

/// <summary>What a relayed packet costs the state machine alone; the time is that of one.</summary>
public class RelayBenchmarks
{
    private const int Packets = 4096;

    private RelayTraffic _channelData = null!;
    private RelayTraffic _sendIndications = null!;
    private RelayTraffic _fromPeers = null!;
    private RelayTraffic _neighbours = null!;

    [Params(100, 10_000)]
    public int Allocations { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var clients = new RelayClients(Allocations);
        _channelData = RelayTraffic.ChannelDataToPeers(clients);
        _sendIndications = RelayTraffic.SendIndications(clients);
        _fromPeers = RelayTraffic.FromPeers(clients);
        _neighbours = RelayTraffic.ChannelDataToNeighbours(clients);
    }

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("relay")]
    public int ChannelDataToPeers() => _channelData.Run(Packets);

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("relay")]
    public int SendIndications() => _sendIndications.Run(Packets);

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("relay")]
    public int FromPeers() => _fromPeers.Run(Packets);

    [Benchmark(OperationsPerInvoke = Packets), BenchmarkCategory("relay")]
    public int ChannelDataToNeighbours() => _neighbours.Run(Packets);
}
