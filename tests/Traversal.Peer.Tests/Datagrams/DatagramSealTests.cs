using Traversal.Peer.Datagrams;
using Traversal.Peer.Handshake;
using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Datagrams;

public sealed class DatagramSealTests : IDisposable
{
    private readonly DatagramSeal _one = Make(isInitiator: true), _other = Make(isInitiator: false);
    private readonly byte[] _packet = new byte[2000], _payload = new byte[2000];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1300)]
    public void What_is_sealed_is_opened(int length)
    {
        byte[] payload = [.. Enumerable.Range(0, length).Select(number => (byte)number)];
        Assert.Equal(length + DatagramSeal.Overhead, _one.Seal(payload, _packet));
        Assert.False(length > 16 && _packet.AsSpan().IndexOf(payload.AsSpan(0, 16)) >= 0);
        Assert.False(ReliablePath.LooksLikeSegment(_packet));
        Assert.InRange(_packet[0], 192, 255);

        Assert.Equal(DatagramArrival.Opened, _other.TryOpen(_packet.AsSpan(0, length + DatagramSeal.Overhead), _payload, out int opened));
        Assert.Equal(payload, _payload.AsSpan(0, opened));
    }

    [Fact]
    public void Whatever_is_changed_is_not_opened_and_nothing_of_it_is_shown()
    {
        Span<byte> packet = _packet.AsSpan(0, _one.Seal("a secret"u8, _packet));
        for (int bit = 8; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            _payload.AsSpan().Fill(1);
            Assert.Equal(DatagramArrival.Forged, _other.TryOpen(packet, _payload, out int length));
            Assert.Equal(0, length);
            Assert.Equal(new byte[8], _payload.AsSpan(0, 8));
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(DatagramArrival.Forged, _other.TryOpen(packet[..^1], _payload, out _));
        Assert.Equal(DatagramArrival.Forged, _one.TryOpen(packet, _payload, out _));
        Assert.Equal(DatagramArrival.Opened, _other.TryOpen(packet, _payload, out _));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x16)]
    [InlineData(0x40)]
    [InlineData(0x80)]
    [InlineData(0xC0)]
    [InlineData(0xC1)]
    [InlineData(0xC3)]
    public void Other_protocols_are_told_apart(byte first)
    {
        int length = _one.Seal([1, 2, 3], _packet);
        Assert.Equal(DatagramArrival.NotDatagram, _other.TryOpen(_packet.AsSpan(0, DatagramSeal.Overhead - 1), _payload, out _));
        _packet[0] = first;
        Assert.Equal(DatagramArrival.NotDatagram, _other.TryOpen(_packet.AsSpan(0, length), _payload, out _));
        Assert.Equal(DatagramArrival.NotDatagram, _other.TryOpen([], [], out _));
    }

    /// <summary>Packets that come in any order, twice, or damaged, held against a set of all numbers.</summary>
    [Fact]
    public void Each_is_opened_once()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            RandomSource random = RandomSource.Seeded(seed);
            using DatagramSeal one = Make(isInitiator: true), other = Make(isInitiator: false);
            var known = new HashSet<long>();
            long largest = -1;
            for (int step = 0; step < 3000; step++)
            {
                long number = random.Next(10) switch
                {
                    0 => Math.Max(0, largest - 1030 + random.Next(20)),
                    1 => largest + 1 + random.Next(2000),
                    < 6 => largest + 1,
                    _ => Math.Max(0, largest - random.Next(1100)),
                };
                one.GoTo(number);
                int length = one.Seal([1], _packet);
                bool isDamaged = random.Next(20) == 0;
                if (isDamaged) _packet[length - 1] ^= 1;

                bool isOld = known.Contains(number) || number <= largest - 1024;
                DatagramArrival expected = isOld ? DatagramArrival.Replayed : isDamaged ? DatagramArrival.Forged : DatagramArrival.Opened;
                DatagramArrival arrival = other.TryOpen(_packet.AsSpan(0, length), _payload, out _);
                Assert.True(expected == arrival, $"seed {seed}, step {step}, {number} after {largest}: {arrival} instead of {expected}");
                if (arrival != DatagramArrival.Opened) continue;

                known.Add(number);
                largest = Math.Max(largest, number);
            }
        }
    }

    [Fact]
    public void There_is_a_last_number()
    {
        _one.GoTo((1L << 56) - 1);
        int length = _one.Seal([1], _packet);
        Assert.Equal(DatagramArrival.Opened, _other.TryOpen(_packet.AsSpan(0, length), _payload, out _));
        Assert.Equal(DatagramArrival.Replayed, _other.TryOpen(_packet.AsSpan(0, length), _payload, out _));
        Assert.Equal(0, _one.Seal([1], _packet));
        Assert.Equal(0, _one.Seal([1], _packet));
    }

    [Fact]
    public void A_datagram_allocates_nothing_and_a_forged_one_neither()
    {
        byte[] forged = new byte[1000];
        forged[0] = 0xC2;
        forged.AsSpan(1).Fill(9);
        for (int warmUp = 0; warmUp < 3000; warmUp++) Round();
        long least = long.MaxValue;

        // The pool is the process's: a collection may empty it.
        for (int attempt = 0; attempt < 10 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 1000; round++) Round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void Round()
        {
            int length = _one.Seal(_payload.AsSpan(0, 1000), _packet);
            if (_other.TryOpen(_packet.AsSpan(0, length), _payload, out _) != DatagramArrival.Opened) throw new InvalidOperationException();
            if (_other.TryOpen(forged, _payload, out _) != DatagramArrival.Forged) throw new InvalidOperationException();
        }
    }

    [Fact]
    public void Callers_are_told_what_they_do_wrong()
    {
        byte[] key = new byte[32], another = [1, .. new byte[31]];
        Assert.Throws<ArgumentException>(() => new DatagramSeal(key, key));
        Assert.Throws<ArgumentException>(() => new DatagramSeal(key, another.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => new DatagramSeal([], another));
        Assert.Throws<ArgumentException>(() => _one.Seal(new byte[10], new byte[10 + DatagramSeal.Overhead - 1]));
        Assert.Throws<ArgumentException>(() => _one.TryOpen([0xC2, .. new byte[99]], new byte[100 - DatagramSeal.Overhead - 1], out _));
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    private static DatagramSeal Make(bool isInitiator) => ConnectionKeys.Derive(new byte[32], new byte[32]).CreateDatagramSeal(isInitiator);
}
