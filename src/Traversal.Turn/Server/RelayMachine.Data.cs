using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <content>
/// Data in batches. Of a busy relay nearly every packet from a client is data that goes on as it is by the first channel of its allocation. Those are
/// decided here, in one loop without calls; every other packet is left to <see cref="OnClientDatagram"/>, which knows all that it may be, and why to drop it.
/// </content>
public sealed partial class RelayMachine
{
    /// <summary>
    /// Handles the datagrams of a batch from the first on, as long as they are data of clients that goes on to peers as it is. It makes no difference
    /// but in speed whether a datagram is handed in here or to <see cref="OnClientDatagram"/>.
    /// </summary>
    /// <param name="batch">The datagrams.</param>
    /// <param name="hints">What <see cref="Anticipate"/> said of them; it may be out of date.</param>
    /// <param name="slab">Where their bytes stand.</param>
    /// <param name="now">The present.</param>
    /// <param name="outgoing">For each, what to send: bytes of the slab.</param>
    /// <returns>How many. The one after them is for <see cref="OnClientDatagram"/>, or there is no room for what it becomes.</returns>
    [MethodImpl(DataPath)]
    public int ForwardData(
        ReadOnlySpan<Datagram> batch, ReadOnlySpan<int> hints, ReadOnlySpan<byte> slab, in Clock now, Span<Datagram> outgoing)
    {
        // What the allocations of a user share is spent packet by packet.
        if (_limitsUsers) return 0;

        // So that the compiler knows that they are equally long.
        batch = batch[..Math.Min(batch.Length, outgoing.Length)];
        hints = hints[..batch.Length];
        outgoing = outgoing[..batch.Length];
        Span<Allocation> allocations = _allocations.All;
        MonotonicTime time = now.Now;
        long bytes = 0;
        int count = 0;
        for (; count < batch.Length; count++)
        {
            int slot = hints[count];
            if ((uint)slot >= (uint)allocations.Length) break;

            ref readonly Datagram datagram = ref batch[count];
            ref Allocation allocation = ref allocations[slot];
            if (!TryPass(in datagram, ref allocation, slab, time, out int length)) break;

            bytes += length;
            outgoing[count] = new Datagram(allocation.Relay, datagram.Start + ChannelData.HeaderLength, length, allocation.First.Peer)
            {
                Header = datagram.Header.Forwarded,
            };
        }

        _counters.Add(RelayCounter.PacketsToPeers, count);
        _counters.Add(RelayCounter.BytesToPeers, bytes);
        return count;
    }

    /// <summary>Receiving a ChannelData message (RFC 8656 section 12.6) that nothing is special about.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPass(in Datagram datagram, ref Allocation allocation, ReadOnlySpan<byte> slab, MonotonicTime now, out int length)
    {
        length = 0;
        if (!allocation.IsOf(datagram.Socket, datagram.Remote)) return false;
        if (!ChannelData.TryRead(slab.Slice(datagram.Start, datagram.Length), out ChannelNumber number, out length)) return false;
        if (allocation.First.Number != number || allocation.First.ExpiresAt <= now || allocation.ExpiresAt <= now) return false;
        if (allocation.First.IsOwnAddress || (allocation.IsDual && allocation.First.Peer.IsIPv6) || datagram.Header.IsSpent) return false;
        if (!allocation.IsExempt && !_rate.TrySpend(ref allocation.BucketEmptyAt, length, now)) return false;

        allocation.PacketsToPeers++;
        allocation.BytesToPeers += length;
        return true;
    }
}
