using System.Net;
using System.Net.Sockets;
using Traversal.Client;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Ice;

/// <summary>
/// What a datagram through an <see cref="IceConnection"/> costs this process beside one through the framework's own sockets: CPU time, all threads, in short rounds
/// by turns. Each pair of rounds gives a ratio, and the median of these counts: what the machine does meanwhile falls on both of a pair, mostly.
/// </summary>
internal static class ConnectionCost
{
    // What another thread has used is known to the system to a few milliseconds.
    private const int DatagramsInRound = 10_000, EchoesInRound = 2_000;

    // The runtime compiles what is used much a second time.
    private const int RoundsBefore = 3;

    /// <summary>Both ends in this process. Where the send comes first no receive by the framework ever waits, as no application can have it.</summary>
    public static async Task<CostRatio> MeasureHereAsync(ExchangeShape shape, int rounds)
    {
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        var sender = new IceConnection(Options(IceRole.Controlling), one);
        await using (sender.ConfigureAwait(false))
        {
            var receiver = new IceConnection(Options(IceRole.Controlled), other);
            await using (receiver.ConfigureAwait(false))
            {
                IceOutcome[] outcomes = await Task.WhenAll(sender.ConnectAsync(), receiver.ConnectAsync()).ConfigureAwait(false);
                if (!outcomes.All(outcome => outcome.IsConnected)) throw new IOException(outcomes[0].ToString());

                using Socket rawSender = SocketExchange.Bind(), rawReceiver = SocketExchange.Bind();
                return await CompareAsync(
                    new ConnectionExchange(sender, receiver, in shape),
                    new SocketExchange(rawSender, rawReceiver, rawReceiver.LocalEndPoint!.Serialize(), in shape),
                    DatagramsInRound,
                    rounds).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The other end is another program, which echoes: every datagram goes there and comes back.</summary>
    public static async Task<CostRatio> MeasureWithEchoAsync(ExchangeShape shape, int rounds)
    {
        using IceEcho echo = IceEcho.Start();
        var connection = new IceConnection(Options(IceRole.Controlling), echo.Signaling);
        await using (connection.ConfigureAwait(false))
        {
            IceOutcome outcome = await connection.ConnectAsync().ConfigureAwait(false);
            if (!outcome.IsConnected) throw new IOException(outcome.ToString());

            using Socket raw = SocketExchange.Bind();
            return await CompareAsync(
                new ConnectionExchange(connection, connection, in shape),
                new SocketExchange(raw, raw, new IPEndPoint(IPAddress.Loopback, echo.RawPort).Serialize(), in shape),
                EchoesInRound,
                rounds).ConfigureAwait(false);
        }
    }

    public static IceConnectionOptions Options(IceRole role) => new() { Role = role, LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] };

    private static async Task<CostRatio> CompareAsync(IDatagramExchange ours, IDatagramExchange raw, int datagrams, int rounds)
    {
        var costs = new List<(double Ours, double Raw)>();
        for (int round = -RoundsBefore; round < rounds; round++)
        {
            double first = await CostAsync(round % 2 == 0 ? ours : raw, datagrams).ConfigureAwait(false);
            double second = await CostAsync(round % 2 == 0 ? raw : ours, datagrams).ConfigureAwait(false);
            if (round >= 0) costs.Add(round % 2 == 0 ? (first, second) : (second, first));
        }

        return CostRatio.Of(costs);
    }

    private static async Task<double> CostAsync(IDatagramExchange exchange, int datagrams)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await exchange.RunAsync(datagrams).ConfigureAwait(false);
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / datagrams;
    }
}
