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
    private readonly Datagram[] _packets;
    private readonly int[] _allocations;
    private readonly Datagram[] _outgoing = new Datagram[Batch];
    private readonly byte[] _slab = new byte[Batch * Stride];
    private readonly int[] _hints = new int[Batch];
    private readonly byte[] _reply = new byte[RelayMachine.MinReplyLength];
    private Clock _clock = RelayClients.Start;
    private int _next;

    private RelayTraffic(RelayClients clients, byte[] message, bool fromPeers)
    {
        _machine = clients.Machine;
        for (int slot = 0; slot < Batch; slot++) message.CopyTo(_slab.AsSpan(slot * Stride + RelayMachine.Headroom));

        // Every client equally often. Each packet has a place of its own, so they are no more than needed: an engine uses the places of a batch again.
        int period = (LeastPeriod + clients.Handles.Length - 1) / clients.Handles.Length * clients.Handles.Length;
        _packets = new Datagram[period];
        _allocations = new int[period];
        int[] order = Shuffled(period);
        for (int i = 0; i < period; i++)
        {
            int client = order[i] % clients.Handles.Length;
            int start = i % Batch * Stride + RelayMachine.Headroom;
            TransportAddress source = fromPeers ? RelayClients.Peer : RelayClients.AddressOf(client);
            _packets[i] = new Datagram(RelayClients.Via, start, message.Length, source);
            _allocations[i] = fromPeers ? clients.Handles[client] : RelayMachine.NoAllocation;
        }

        if (Run(period) != period) throw new InvalidOperationException("The relay dropped packets.");
    }

    public static RelayTraffic ChannelDataToPeers(RelayClients clients) => new(clients, ChannelDataOn(RelayClients.ToPeer), fromPeers: false);

    public static RelayTraffic ChannelDataToNeighbours(RelayClients clients) => new(clients, ChannelDataOn(RelayClients.ToNeighbour), fromPeers: false);

    public static RelayTraffic SendIndications(RelayClients clients) =>
        new(clients, new RelayRequests(RandomSource.Seeded(5)).Send(RelayClients.Peer, new byte[Payload]), fromPeers: false);

    public static RelayTraffic FromPeers(RelayClients clients) => new(clients, new byte[Payload], fromPeers: true);

    /// <summary>Hands over the next packets of the order. Returns how many are to be sent on.</summary>
    public int Run(int count)
    {
        int sent = 0;
        for (int done = 0; done < count;)
        {
            _clock = _clock with { Now = _clock.Now + BatchTime };
            int size = Math.Min(Math.Min(Batch, count - done), _packets.Length - _next);
            sent += HandOver(_packets.AsSpan(_next, size), _allocations.AsSpan(_next, size));
            _next = (_next + size) % _packets.Length;
            done += size;
        }

        return sent;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // What was seen of other kinds of packets is not to change it.
    private int HandOver(ReadOnlySpan<Datagram> batch, ReadOnlySpan<int> allocations)
    {
        Span<int> hints = _hints.AsSpan(0, batch.Length);
        _machine.Anticipate(batch, allocations, hints);
        int sent = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            if (allocations[i] == RelayMachine.NoAllocation && ChannelData.LooksLikeChannelData(_slab.AsSpan(batch[i].Start, batch[i].Length)))
            {
                int forwarded = _machine.ForwardData(batch[i..], hints[i..], _slab, in _clock, _outgoing);
                sent += forwarded;
                i += forwarded;
                if (i == batch.Length) break;
            }

            if (IsSent(in batch[i], allocations[i], hints[i])) sent++;
        }

        return sent;
    }

    private bool IsSent(in Datagram datagram, int allocation, int hint)
    {
        if (allocation == RelayMachine.NoAllocation)
        {
            Span<byte> bytes = _slab.AsSpan(datagram.Start, datagram.Length);
            return _machine.OnClientDatagram(datagram.Socket, datagram.Remote, bytes, _reply, in _clock, hint).Action != RelayAction.Drop;
        }

        Span<byte> packet = _slab.AsSpan(datagram.Start - RelayMachine.Headroom, RelayMachine.Headroom + datagram.Length);
        return _machine.OnPeerDatagram(allocation, datagram.Remote, packet, in _clock).Action != RelayAction.Drop;
    }

    /// <summary>The numbers from 0 up, in an order that is the same every time.</summary>
    internal static int[] Shuffled(int count)
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
