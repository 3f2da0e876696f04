using Traversal.Benchmarks.Relay;

namespace Traversal.Benchmarks.Quick;

/// <summary>The relay's state machine alone, with the limits of the project: 40 million ChannelData verdicts and 600,000 Allocate transactions a second.</summary>
internal static class RelayMeasurements
{
    private const int Few = 100, Many = 10_000;
    private const double ChannelDataLimit = 1e9 / 40e6, AllocateLimit = 1e9 / 600e3;

    private static int Sink;

    public static IReadOnlyList<Measurement> Create()
    {
        var few = new RelayClients(Few);
        var many = new RelayClients(Many);
        var lookups = new BareLookups(Many);
        var transactions = new AllocateTransactions();
        return
        [
            Of("ChannelData to peers, 100 allocations", ChannelDataLimit, RelayTraffic.ChannelDataToPeers(few)),
            Of("ChannelData to peers, 10,000 allocations", ChannelDataLimit, RelayTraffic.ChannelDataToPeers(many)),
            new("(lookup alone, 10,000 allocations)", double.PositiveInfinity, count => Sink += lookups.Run(count)) { Prepare = () => Sink += lookups.Run(2 * Many) },
            Of("peers to clients, 100 allocations", double.PositiveInfinity, RelayTraffic.FromPeers(few)),
            Of("peers to clients, 10,000 allocations", double.PositiveInfinity, RelayTraffic.FromPeers(many)),
            Of("Send indications, 10,000 allocations", double.PositiveInfinity, RelayTraffic.SendIndications(many)),
            Of("client to client, 10,000 allocations", double.PositiveInfinity, RelayTraffic.ChannelDataToNeighbours(many)),
            new("authenticated Allocate transaction", AllocateLimit, count => Sink += transactions.Run(count)) { Prepare = transactions.Release },
        ];
    }

    // What ran before has driven its state out of the caches, in which it stands while a relay is busy.
    private static Measurement Of(string name, double limit, RelayTraffic traffic) =>
        new(name, limit, count => Sink += traffic.Run(count)) { Prepare = () => Sink += traffic.Run(2 * Many) };
}
