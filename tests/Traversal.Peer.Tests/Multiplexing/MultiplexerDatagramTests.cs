using Traversal.Peer.Multiplexing;

namespace Traversal.Peer.Tests.Multiplexing;

public sealed class MultiplexerDatagramTests : IDisposable
{
    private readonly Pair _pair = new();
    private readonly byte[] _buffer = new byte[ushort.MaxValue];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1400)]
    [InlineData(16_382)]
    [InlineData(65_000)]
    public void A_datagram_comes_whole(int length)
    {
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        Assert.True(_pair.One.TrySendDatagram(sent));
        Assert.True(_pair.One.TrySendDatagram("next"u8));
        _pair.Pump();

        Assert.Equal(MultiplexerEventKind.Datagram, _pair.OfOther[^1].Kinds);
        Assert.Equal(length, _pair.Other.NextDatagramLength);
        Assert.True(_pair.Other.TryTakeDatagram(_buffer, out int taken));
        Assert.Equal(sent, _buffer.AsSpan(0, taken));
        Assert.True(_pair.Other.TryTakeDatagram(_buffer, out taken));
        Assert.Equal("next"u8, _buffer.AsSpan(0, taken));
        Assert.False(_pair.Other.TryTakeDatagram(_buffer, out _));
        Assert.Null(_pair.Other.NextDatagramLength);
    }

    [Fact]
    public void What_waits_is_bounded_and_the_rest_is_dropped_and_counted()
    {
        for (int count = 0; count < 64; count++) Assert.True(_pair.One.TrySendDatagram([1]));
        Assert.False(_pair.One.TrySendDatagram([1]));
        _pair.Pump();
        Assert.True(_pair.One.TrySendDatagram([2]));
        _pair.Pump();

        Assert.Equal((64, 1), (_pair.Other.Counters.DatagramsReceived, _pair.Other.Counters.DatagramsDropped));
        for (int count = 0; count < 64; count++)
        {
            Assert.True(_pair.Other.TryTakeDatagram(_buffer, out int length));
            Assert.Equal((1, 1), (length, _buffer[0]));
        }

        Assert.False(_pair.Other.TryTakeDatagram(_buffer, out _));
        for (int count = 0; count < 4; count++) Assert.True(_pair.One.TrySendDatagram(new byte[65_000]));
        Assert.False(_pair.One.TrySendDatagram(new byte[65_000]));
        Assert.False(_pair.One.TrySendDatagram(new byte[65_001]));
        Assert.Equal(3, _pair.One.Counters.DatagramsDropped);
    }

    [Fact]
    public void A_longer_one_than_is_taken_is_dropped_alone()
    {
        using var pair = new Pair(other: options => options.MaxDatagramLength = 20_000);
        pair.One.TrySendDatagram(new byte[20_001]);
        pair.One.TrySendDatagram(new byte[20_000]);
        pair.Pump();
        Assert.Equal((1, 1), (pair.Other.Counters.DatagramsReceived, pair.Other.Counters.DatagramsDropped));
        Assert.Equal(20_000, pair.Other.NextDatagramLength);
    }

    [Fact]
    public void What_does_not_fit_the_taker_is_dropped()
    {
        _pair.One.TrySendDatagram(new byte[100]);
        _pair.One.TrySendDatagram("short"u8);
        _pair.Pump();
        Assert.True(_pair.Other.TryTakeDatagram(_buffer.AsSpan(0, 50), out int length));
        Assert.Equal("short"u8, _buffer.AsSpan(0, length));
        Assert.Equal(1, _pair.Other.Counters.DatagramsDropped);
    }

    /// <summary>A stream with much to send and an application that sends a datagram whenever there is room: both get on.</summary>
    [Fact]
    public void Datagrams_and_streams_take_turns()
    {
        MultiplexedStream stream = _pair.One.Open()!;
        for (int round = 0; round < 100; round++)
        {
            stream.Write(new byte[100_000]);
            while (_pair.One.TrySendDatagram(new byte[10_000])) { }
            Assert.True(_pair.One.TryTakeTransmit(_buffer, out int length));
            _pair.Other.OnBytes(_buffer.AsSpan(0, length));
            while (_pair.Other.TryTakeDatagram(new byte[10_000], out _)) { }
        }

        Pair.Take(_pair.Other, _pair.OfOther);
        Assert.InRange(_pair.Opened.ReadableLength, 1_500_000, 5_000_000);
        Assert.InRange(_pair.Other.Counters.DatagramsReceived, 150, 500);
    }

    public void Dispose() => _pair.Dispose();
}
