using System.Globalization;
using System.Security.Cryptography;
using Traversal.Benchmarks.Quick;
using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Reliable;

/// <summary>
/// What a packet costs without sockets: written, sealed, opened, read and acknowledged, by two paths on one thread. Beside it what AES-128-GCM costs that does as
/// much for one packet: GMAC over its bytes at both ends.
/// </summary>
internal sealed class PacketCost : IDisposable
{
    private const int Rounds = 400;
    private const int PacketsOfRound = 32;

    private static readonly byte[] Secret = "a secret of sixteen bytes"u8.ToArray();

    private readonly ReliablePath _sender, _receiver;
    private readonly Conversation _conversation;
    private readonly byte[] _buffer = new byte[ReliablePath.MaxDatagramLength];
    private readonly byte[] _data;
    private MonotonicTime _now = MonotonicTime.Zero + TimeSpan.FromSeconds(1);
    private Conversation? _opposite;

    private PacketCost(int datagramLength)
    {
        _data = new byte[PacketsOfRound * (datagramLength - 40)];
        _sender = Make(isInitiator: true, datagramLength);
        _receiver = Make(isInitiator: false, datagramLength);
        _conversation = _sender.Open()!;
    }

    public static void Print(TextWriter output)
    {
        output.WriteLine("| datagram | ns a packet, both ends | GMAC twice, ns | packets a second | Gbit/s | allocated |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (int length in new[] { 1200, 1400, 8952 })
        {
            using var cost = new PacketCost(length);
            using var cipher = new AesGcm(Secret.AsSpan(0, 16), 16);
            byte[] packet = new byte[length], tag = new byte[16], nonce = new byte[12];
            var path = new Measurement("path", double.PositiveInfinity, cost.Send);
            var seal = new Measurement("seal", double.PositiveInfinity, count =>
            {
                for (int i = 0; i < count * 2; i++) cipher.Encrypt(nonce, Array.Empty<byte>(), Array.Empty<byte>(), tag, packet);
            });
            path.WarmUp();
            seal.WarmUp();
            for (int round = 0; round < Rounds; round++)
            {
                path.Round();
                seal.Round();
            }

            double packets = 1e9 / path.Nanoseconds;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {cost._sender.DatagramLength} | {path.Nanoseconds:0} | {seal.Nanoseconds:0} | {packets:N0} | {packets * (length - 40) * 8 / 1e9:0.0} | {path.Allocated:0} B |"));
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private ReliablePath Make(bool isInitiator, int datagramLength) => new(
        new ReliableOptions { IsInitiator = isInitiator, Secret = Secret, MaxDatagramLength = datagramLength }, RandomSource.Seeded(1), _now);

    // Each round is a millisecond in which the path may send more than is written.
    private void Send(int packets)
    {
        long end = _sender.Counters.Sent + packets;
        while (_sender.Counters.Sent < end)
        {
            _now += TimeSpan.FromMilliseconds(1);
            _conversation.Write(_data);
            Pass(_sender, _receiver);
            while (_receiver.TryTakeEvent(out ReliableEvent happened)) _opposite = happened.Conversation;
            while (_opposite?.Read(_data) > 0)
            {
            }

            Pass(_receiver, _sender);
            while (_sender.TryTakeEvent(out _))
            {
            }
        }
    }

    private void Pass(ReliablePath from, ReliablePath to)
    {
        from.OnTime(_now);
        while (from.TryTakeTransmit(_buffer, _now, out int length)) to.OnDatagram(_buffer.AsSpan(0, length), _now);
    }
}
