using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Traversal.Transport;

/// <summary>What an engine did so far. The shard writes without locks; any thread may read, each number for itself.</summary>
public sealed class EngineCounters
{
    private Padded _values;

    internal EngineCounters()
    {
    }

    /// <summary>Datagrams handed to the caller.</summary>
    public long DatagramsReceived => Volatile.Read(ref _values.DatagramsReceived);

    /// <summary>Their bytes, without IP and UDP headers.</summary>
    public long BytesReceived => Volatile.Read(ref _values.BytesReceived);

    /// <summary>Datagrams that the kernel took.</summary>
    public long DatagramsSent => Volatile.Read(ref _values.DatagramsSent);

    /// <summary>Their bytes, without IP and UDP headers.</summary>
    public long BytesSent => Volatile.Read(ref _values.BytesSent);

    /// <summary>Segmented sends, each of which carried several of the datagrams that were sent.</summary>
    public long SegmentedSends => Volatile.Read(ref _values.SegmentedSends);

    /// <summary>Receives that brought several datagrams as one.</summary>
    public long CoalescedReceives => Volatile.Read(ref _values.CoalescedReceives);

    /// <summary>Receives that failed, whatever the reason; none was of a datagram that the caller could have had.</summary>
    public long ReceiveErrors => Volatile.Read(ref _values.ReceiveErrors);

    /// <summary>Returns of <see cref="DatagramEngine.Receive"/>.</summary>
    public long Batches => Volatile.Read(ref _values.Batches);

    /// <summary>Datagrams that could not be sent for this reason.</summary>
    public long SendDrops(SendFailure failure) => Volatile.Read(ref _values.Drops[(int)failure]);

    /// <summary>Datagrams that could not be sent for any reason.</summary>
    public long TotalSendDrops
    {
        get
        {
            long total = 0;
            for (int reason = 0; reason < Reasons.Count; reason++) total += Volatile.Read(ref _values.Drops[reason]);
            return total;
        }
    }

    internal void CountReceived(int datagrams, long bytes)
    {
        _values.Batches++;
        _values.DatagramsReceived += datagrams;
        _values.BytesReceived += bytes;
    }

    internal void CountSent(int datagrams, long bytes)
    {
        _values.DatagramsSent += datagrams;
        _values.BytesSent += bytes;
    }

    internal void CountSegmentedSend() => _values.SegmentedSends++;

    internal void CountCoalescedReceive() => _values.CoalescedReceives++;

    internal void CountReceiveError() => _values.ReceiveErrors++;

    internal void CountDrop(SendFailure failure, int datagrams = 1) => _values.Drops[(int)failure] += datagrams;

    [InlineArray(Count)]
    private struct Reasons
    {
        public const int Count = (int)SendFailure.Other + 1;
        private long _first;
    }

    // A cache line of padding on both sides: the counters of two shards never share one.
    [StructLayout(LayoutKind.Sequential)]
    private struct Padded
    {
        private readonly CacheLine _before;
        public long DatagramsReceived, BytesReceived, DatagramsSent, BytesSent, SegmentedSends, CoalescedReceives, ReceiveErrors, Batches;
        public Reasons Drops;
        private readonly CacheLine _after;
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private readonly struct CacheLine;
}
