using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Client;

/// <summary>
/// What a datagram through a <see cref="RelayedSocket"/> costs this process beside one through the framework's own socket with a SocketAddress: CPU time, all
/// threads, both against an echo in another process, in rounds by turns. The best round of each counts, as what disturbs one makes it dearer.
/// </summary>
internal static class RelayedSocketCost
{
    private const int DatagramsInRound = 20_000;
    private const double MostOfRaw = 1.15;

    public static async Task<int> RunAsync(TextWriter output, int rounds)
    {
        using Process echo = EchoProcess.Start(out int rawPort, out int turnPort);
        try
        {
            bool isCheap = true;
            foreach (int window in new[] { 1, 32 })
            {
                foreach (int length in new[] { 160, 1200 })
                {
                    (double ours, double raw) = await MeasureAsync(rawPort, turnPort, window, length, rounds).ConfigureAwait(false);
                    isCheap &= ours <= MostOfRaw * raw;
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{window,3} on the way, {length,5} B: {ours,6:0} ns of CPU there and back, {raw,6:0} ns raw: {ours / raw:0.000}"));
                }
            }

            return isCheap ? 0 : 1;
        }
        finally
        {
            echo.Kill();
        }
    }

    private static async Task<(double Ours, double Raw)> MeasureAsync(int rawPort, int turnPort, int window, int length, int rounds)
    {
        using var raw = new RawClient(rawPort);
        var server = new TurnServerEndpoint(TransportAddress.Parse($"127.0.0.1:{turnPort}"));
        TurnResult<RelayedSocket> result = await new TurnClient(server, TurnLogin.FromPassword("user", "password")).AllocateAsync().ConfigureAwait(false);
        using RelayedSocket socket = result.Value ?? throw new IOException(result.ToString());
        var ours = new RelayedClient(socket, TransportAddress.Parse("192.0.2.1:9"));
        await socket.BindChannelAsync(ours.Peer).ConfigureAwait(false);

        (double Ours, double Raw) best = (double.MaxValue, double.MaxValue);
        for (int round = 0; round < rounds; round++)
        {
            best.Raw = Math.Min(best.Raw, await CostAsync(raw, window, length).ConfigureAwait(false));
            best.Ours = Math.Min(best.Ours, await CostAsync(ours, window, length).ConfigureAwait(false));
        }

        return best;
    }

    private static async Task<double> CostAsync(IEchoClient client, int window, int length)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await client.ExchangeAsync(DatagramsInRound, window, length).ConfigureAwait(false);
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / DatagramsInRound;
    }

    private interface IEchoClient
    {
        Task ExchangeAsync(int datagrams, int window, int length);
    }

    private sealed class RawClient : IEchoClient, IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly SocketAddress _server;
        private readonly SocketAddress _source = new(AddressFamily.InterNetwork);
        private readonly byte[] _buffer = new byte[2048];

        public RawClient(int port)
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _server = new IPEndPoint(IPAddress.Loopback, port).Serialize();
        }

        public async Task ExchangeAsync(int datagrams, int window, int length)
        {
            byte[] payload = new byte[length];
            for (int i = 0; i < window; i++) _socket.SendTo(payload, SocketFlags.None, _server);
            for (int i = 0; i < datagrams; i++)
            {
                await _socket.ReceiveFromAsync(_buffer, SocketFlags.None, _source).ConfigureAwait(false);
                if (i < datagrams - window) _socket.SendTo(payload, SocketFlags.None, _server);
            }
        }

        public void Dispose() => _socket.Dispose();
    }

    private sealed class RelayedClient(RelayedSocket socket, TransportAddress peer) : IEchoClient
    {
        private readonly byte[] _buffer = new byte[2048];

        public TransportAddress Peer => peer;

        public async Task ExchangeAsync(int datagrams, int window, int length)
        {
            byte[] payload = new byte[length];
            for (int i = 0; i < window; i++) socket.Send(payload, in peer);
            for (int i = 0; i < datagrams; i++)
            {
                ReceivedDatagram arrival = await socket.ReceiveAsync(_buffer).ConfigureAwait(false);
                if (!arrival.IsOk) throw new IOException($"The socket is {arrival.Status}.");
                if (i < datagrams - window) socket.Send(payload, in peer);
            }
        }
    }
}
