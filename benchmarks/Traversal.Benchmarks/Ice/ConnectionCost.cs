using System.Net;
using System.Net.Sockets;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Ice;

/// <summary>
/// What a datagram through an <see cref="IceConnection"/> costs this process, which has both ends, beside one through the framework's own sockets with a
/// SocketAddress: CPU time, all threads, in rounds by turns. The best round of each counts, as what disturbs one makes it dearer.
/// </summary>
internal static class ConnectionCost
{
    private const int DatagramsInRound = 20_000;

    public static async Task<(double Ours, double Raw)> MeasureAsync(int window, int length, int rounds)
    {
        (InMemorySignaling one, InMemorySignaling other) = InMemorySignaling.CreatePair();
        var options = new IceConnectionOptions { LocalAddresses = [TransportAddress.Parse("127.0.0.1:0")] };
        var sender = new IceConnection(options with { Role = IceRole.Controlling }, one);
        var receiver = new IceConnection(options, other);
        try
        {
            IceOutcome[] outcomes = await Task.WhenAll(sender.ConnectAsync(), receiver.ConnectAsync()).ConfigureAwait(false);
            if (!outcomes.All(outcome => outcome.IsConnected)) throw new IOException(outcomes[0].ToString());

            using Socket rawSender = Bind(), rawReceiver = Bind();
            (double Ours, double Raw) best = (double.MaxValue, double.MaxValue);
            for (int round = 0; round < rounds; round++)
            {
                best.Raw = Math.Min(best.Raw, await CostAsync(() => ExchangeAsync(rawSender, rawReceiver, window, length)).ConfigureAwait(false));
                best.Ours = Math.Min(best.Ours, await CostAsync(() => ExchangeAsync(sender, receiver, window, length)).ConfigureAwait(false));
            }

            return best;
        }
        finally
        {
            await sender.DisposeAsync().ConfigureAwait(false);
            await receiver.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task ExchangeAsync(IceConnection sender, IceConnection receiver, int window, int length)
    {
        byte[] payload = new byte[length], buffer = new byte[2048];
        payload[0] = 0xC0; // No message of STUN.
        for (int i = 0; i < window; i++) sender.Send(payload);
        for (int i = 0; i < DatagramsInRound; i++)
        {
            ReceivedDatagram arrival = await receiver.ReceiveAsync(buffer).ConfigureAwait(false);
            if (!arrival.IsOk) throw new IOException($"The connection is {arrival.Status}.");
            if (i < DatagramsInRound - window) sender.Send(payload);
        }
    }

    private static async Task ExchangeAsync(Socket sender, Socket receiver, int window, int length)
    {
        byte[] payload = new byte[length], buffer = new byte[2048];
        SocketAddress destination = receiver.LocalEndPoint!.Serialize(), source = new(AddressFamily.InterNetwork);

        // A receive that has to wait has the system tell of every datagram from then on, whether anybody waits or not; it does wherever the peer is another program.
        ValueTask<int> receiving = receiver.ReceiveFromAsync(buffer, SocketFlags.None, source);
        for (int i = 0; i < window; i++) sender.SendTo(payload, SocketFlags.None, destination);
        for (int i = 0; i < DatagramsInRound; i++)
        {
            await receiving.ConfigureAwait(false);
            receiving = i < DatagramsInRound - 1 ? receiver.ReceiveFromAsync(buffer, SocketFlags.None, source) : default;
            if (i < DatagramsInRound - window) sender.SendTo(payload, SocketFlags.None, destination);
        }
    }

    private static async Task<double> CostAsync(Func<Task> exchange)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await exchange().ConfigureAwait(false);
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / DatagramsInRound;
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
