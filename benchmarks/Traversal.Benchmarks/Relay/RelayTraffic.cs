using System.Runtime.CompilerServices;
using Traversal.Primitives;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Benchmarks.Relay;

/// <summary>
/// One kind of packet over all clients in random order, handed to the machine as a shard does it: in batches that stand in a slab, with one reading of
/// the clock for each.
/// </summary>
internal sealed class RelayTraffic
{
    public const int Payload = 160;

    /// <summary>How many packets an engine hands over at once.</summary>
    private const int Batch = 64;

    private const int Stride = 512;

    /// <summary>The least number of packets after which the order repeats.</summary>
    private const int LeastPeriod = 10_000;

    // Less than the packets of a batch take, so that nothing that a client has expires in a long run.
    private static readonly TimeSpan BatchTime = TimeSpan.FromMicroseconds(1);

    private readonly RelayMachine _machine;
    private readonly RelayPacket[] _packets;
    private readonly byte[] _slab = new byte[Batch * Stride];
    private readonly int[] _hints = new int[Batch];
    private readonly byte[] _reply = new byte[RelayMachine.MinReplyLength];
    private readonly int _start;
    private readonly int _length;
    private Clock _clock = RelayClients.Start;
    private int _next;

    private RelayTraffic(RelayClients clients, byte[] message, bool fromPeers)
    {
        _machine = clients.Machine;
        _length = message.Length;
        _start = fromPeers ? 0 : RelayMachine.Headroom;
        for (int slot = 0; slot < Batch; slot++) message.CopyTo(_slab.AsSpan(slot * Stride + _start));

        // Every client equally often. Each packet has a place of its own, so they are no more than needed: an engine uses the places of a batch again.
        int period = (LeastPeriod + clients.Handles.Length - 1) / clients.Handles.Length * clients.Handles.Length;
        _packets = new RelayPacket[period];
        int[] order = Shuffled(period);
        for (int i = 0; i < period; i++)
        {
            int client = order[i] % clients.Handles.Length;
            _packets[i] = fromPeers
                ? new RelayPacket(clients.Handles[client], RelayClients.Peer)
                : new RelayPacket(RelayPacket.FromClient, RelayClients.AddressOf(client));
        }

        if (Run(period) != period) throw new InvalidOperationException("The relay dropped packets.");
    }

    public static RelayTraffic ChannelDataToPeers(RelayClients clients) => new(clients, ChannelDataOn(RelayClients.ToPeer), fromPeers: false);

    public static RelayTraffic ChannelDataToNeighbours(RelayClients clients) => new(clients, ChannelDataOn(RelayClients.ToNeighbour), fromPeers: false);

    public static RelayTraffic SendIndications(RelayClients clients) =>
        new(clients, new RelayRequests(RandomSource.Seeded(5)).Send(RelayClients.Peer, new byte[Payload]), fromPeers: false);

    public static RelayTraffic FromPeers(RelayClients clients) => new(clients, new byte[RelayMachine.Headroom + Payload], fromPeers: true);

    /// <summary>Hands over the next packets of the order. Returns how many are to be sent on.</summary>
    public int Run(int count)
    {
        int sent = 0;
        for (int done = 0; done < count;)
        {
            _clock = _clock with { Now = _clock.Now + BatchTime };
            int size = Math.Min(Math.Min(Batch, count - done), _packets.Length - _next);
            sent += HandOver(_packets.AsSpan(_next, size));
            _next = (_next + size) % _packets.Length;
            done += size;
        }

        return sent;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // What was seen of other kinds of packets is not to change it.
    private int HandOver(ReadOnlySpan<RelayPacket> batch)
    {
        Span<int> hints = _hints.AsSpan(0, batch.Length);
        for (int slot = 0; slot < batch.Length; slot++) hints[slot] = Foresee(in batch[slot]);
        for (int slot = 0; slot < batch.Length; slot++) hints[slot] = Anticipate(in batch[slot], hints[slot]);

        int sent = 0;
        for (int slot = 0; slot < batch.Length; slot++)
        {
            Span<byte> bytes = _slab.AsSpan(slot * Stride + _start, _length);
            if (IsSent(in batch[slot], bytes, hints[slot])) sent++;
        }

        return sent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSent(in RelayPacket packet, Span<byte> bytes, int hint)
    {
        if (packet.Allocation == RelayPacket.FromClient)
        {
            RelayVerdict forward = _machine.OnClientDatagram(RelayClients.Via, in packet.Source, bytes, _reply, in _clock, hint);
            return forward.Action != RelayAction.Drop;
        }

        RelayVerdict back = _machine.OnPeerDatagram(packet.Allocation, in packet.Source, bytes, in _clock);
        return back.Action != RelayAction.Drop;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Foresee(in RelayPacket packet) =>
        packet.Allocation == RelayPacket.FromClient ? _machine.Foresee(RelayClients.Via, in packet.Source) : RelayMachine.NoHint;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Anticipate(in RelayPacket packet, int foreseen)
    {
        if (packet.Allocation == RelayPacket.FromClient) return _machine.Anticipate(foreseen);

        _machine.AnticipatePeer(packet.Allocation);
        return RelayMachine.NoHint;
    }

    private static int[] Shuffled(int count)
    {
        RandomSource random = RandomSource.Seeded(4);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private static byte[] ChannelDataOn(ChannelNumber channel)
    {
        byte[] message = new byte[ChannelData.HeaderLength + Payload];
        ChannelData.WriteHeader(message, channel, Payload);
        return message;
    }
}
