using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Reliable;

public sealed class AllocationTests
{
    /// <summary>Two paths hand each other packets at once, in rounds of a millisecond.</summary>
    [Fact]
    public void A_packet_allocates_nothing()
    {
        MonotonicTime now = MonotonicTime.Zero + TimeSpan.FromSeconds(1);
        using ReliablePath one = Make(isInitiator: true), other = Make(isInitiator: false);
        byte[] data = new byte[4096], buffer = new byte[ReliablePath.MaxDatagramLength];
        Conversation conversation = one.Open()!;
        Conversation? opposite = null;
        for (int warmUp = 0; warmUp < 3000; warmUp++) Round();
        long packets = one.Counters.Sent, least = long.MaxValue;

        // The pool of blocks is the process's: a collection may empty it, and then one is made anew.
        for (int attempt = 0; attempt < 10 && least > 0; attempt++) least = Math.Min(least, Measure());

        Assert.Equal(0, least);
        Assert.True(one.Counters.Sent - packets > 1500, $"{one.Counters.Sent - packets} packets");

        long Measure()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 1000; round++) Round();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        ReliablePath Make(bool isInitiator) => new(
            new ReliableOptions { IsInitiator = isInitiator, Secret = "a secret of sixteen bytes"u8.ToArray() }, RandomSource.Seeded(1), now);

        void Round()
        {
            now += TimeSpan.FromMilliseconds(1);
            conversation.Write(data);
            Pass(one, other);
            while (other.TryTakeEvent(out ReliableEvent happened)) opposite = happened.Conversation;
            while (opposite?.Read(data) > 0) { }
            Pass(other, one);
            while (one.TryTakeEvent(out _)) { }
        }

        void Pass(ReliablePath from, ReliablePath to)
        {
            from.OnTime(now);
            while (from.TryTakeTransmit(buffer, now, out int length)) to.OnDatagram(buffer.AsSpan(0, length), now);
        }
    }
}
