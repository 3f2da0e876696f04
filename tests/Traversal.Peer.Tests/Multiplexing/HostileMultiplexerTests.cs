using Traversal.Peer.Multiplexing;

namespace Traversal.Peer.Tests.Multiplexing;

/// <summary>The other side has a key that is known, and does not keep to the rules.</summary>
public sealed class HostileMultiplexerTests : IDisposable
{
    private const byte Hello = 1, Data = 2, LastData = 3, Window = 4, ConnectionWindow = 5, Reset = 6, Stop = 7, Streams = 8, Ping = 9, Pong = 10, DatagramPart = 11, Datagram = 12, Close = 13;

    private static readonly byte[] Greeting = [Hello, 3, 0, 0, 0];

    private readonly Multiplexer _victim = new(new MultiplexerOptions { IsInitiator = false, MaxStreams = 4, StreamWindow = 16 * 1024, ConnectionWindow = 64 * 1024 });
    private readonly byte[] _buffer = new byte[Multiplexer.MinTransmitLength];

    public HostileMultiplexerTests() => _victim.SendHello([]);

    public static TheoryData<string, byte[]> Violations => new()
    {
        { "an unknown kind", [.. Greeting, 14, 0] },
        { "kind 0", [.. Greeting, 0, 0] },
        { "data before hello", [Data, 1, 0] },
        { "a ping before hello", [Ping, 0] },
        { "a second hello", [.. Greeting, .. Greeting] },
        { "a hello without limits", [Hello, 2, 0, 0] },
        { "a hello longer than a frame", [Hello, 0x80, 0, 0x40, 0] },
        { "a hello longer than a hello", [Hello, 0x7E, 0x84, .. new byte[0x3E84]] },
        { "data longer than a frame", [.. Greeting, Data, 0x80, 0, 0x40, 0, 0] },
        { "a length of eight bytes", [.. Greeting, Data, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0] },
        { "a frame that ends before its stream", [.. Greeting, Data, 0, 0] },
        { "a stream of the victim that is not open", [.. Greeting, Data, 1, 1] },
        { "too many streams", [.. Greeting, Data, 1, 8] },
        { "a stream far away", [.. Greeting, Data, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE] },
        { "data behind the end", [.. Greeting, LastData, 1, 0, Data, 1, 0] },
        { "an end behind the end", [.. Greeting, LastData, 1, 0, LastData, 1, 0] },
        { "a reset behind the end", [.. Greeting, LastData, 1, 0, Reset, 2, 0, 0] },
        { "data behind a reset", [.. Greeting, Reset, 2, 0, 0, Data, 1, 0] },
        { "a reset behind a reset", [.. Greeting, Reset, 2, 0, 0, Reset, 2, 0, 0] },
        { "a window that is too short", [.. Greeting, Window, 1, 0] },
        { "a window that is too long", [.. Greeting, Window, 3, 0, 0, 0] },
        { "a window of a stream that cannot be", [.. Greeting, Window, 2, 1, 0] },
        { "a stop of a stream that cannot be", [.. Greeting, Stop, 2, 8, 0] },
        { "a ping that says something", [.. Greeting, Ping, 1, 0] },
        { "an answer that nobody asked for", [.. Greeting, Pong, 0] },
        { "a limit without a number", [.. Greeting, Streams, 0] },
        { "a window of two numbers", [.. Greeting, ConnectionWindow, 2, 0, 0] },
        { "control longer than it can be", [.. Greeting, Close, 17] },
        { "an end without a code", [.. Greeting, Close, 1, 0] },
        { "a datagram longer than a frame", [.. Greeting, Datagram, 0x80, 0, 0x40, 0] },
    };

    /// <summary>In one piece and byte by byte.</summary>
    [Theory]
    [MemberData(nameof(Violations))]
    public void A_violation_closes_and_is_told(string what, byte[] bytes)
    {
        _victim.OnBytes(bytes);
        AssertViolated(what, _victim);

        using var other = new Multiplexer(new MultiplexerOptions { IsInitiator = false, MaxStreams = 4 });
        other.SendHello([]);
        foreach (byte single in bytes) other.OnBytes([single]);
        AssertViolated(what, other);
    }

    [Fact]
    public void The_window_of_a_stream_is_enforced()
    {
        _victim.OnBytes([.. Greeting, .. Bytes(0, 16_000), .. Bytes(0, 384)]);
        Assert.False(_victim.IsClosed);
        _victim.OnBytes(Bytes(0, 1));
        AssertViolated("window", _victim);
    }

    [Fact]
    public void The_window_of_the_connection_is_enforced()
    {
        using var victim = new Multiplexer(new MultiplexerOptions { IsInitiator = false, StreamWindow = 60_000, ConnectionWindow = 64 * 1024 });
        victim.SendHello([]);
        victim.OnBytes([.. Greeting, .. Bytes(0, 16_000), .. Bytes(0, 16_000), .. Bytes(2, 16_000), .. Bytes(4, 16_000), .. Bytes(6, 1536)]);
        Assert.False(victim.IsClosed);
        victim.OnBytes(Bytes(6, 1));
        AssertViolated("window", victim);
    }

    [Fact]
    public void A_forgotten_stream_takes_late_windows_and_stops_but_no_bytes()
    {
        _victim.OnBytes([.. Greeting, LastData, 1, 0]);
        _victim.TryTakeEvent(out _);
        _victim.TryTakeEvent(out MultiplexerEvent opened);
        opened.Stream!.Finish();
        _victim.TryTakeTransmit(_buffer, out _);
        Assert.Equal(0, _victim.StreamCount);

        _victim.OnBytes([Window, 2, 0, 60, Stop, 2, 0, 1]);
        Assert.False(_victim.IsClosed);
        _victim.OnBytes([Data, 1, 0]);
        AssertViolated("forgotten", _victim);
    }

    [Fact]
    public void An_unknown_reason_is_some_reason()
    {
        _victim.OnBytes([Close, 2, 60, 5]);
        Assert.Equal((MultiplexerCloseReason.Other, 5, true), (_victim.CloseReason, _victim.CloseCode, _victim.IsClosedByPeer));
    }

    /// <summary>Frames that say nothing, as many as a line of 1 Gbit/s carries in a while: no memory and at most one answer.</summary>
    [Fact]
    public void Floods_of_nothing_cost_no_memory()
    {
        byte[] nothing = [Data, 1, 0, Ping, 0, Window, 2, 0, 1, ConnectionWindow, 1, 1, Streams, 1, 1, DatagramPart, 0, Stop, 2, 0, 0];
        byte[] flood = [.. Enumerable.Repeat(nothing, 1000).SelectMany(frames => frames)];
        _victim.OnBytes(Greeting);
        _victim.OnBytes(flood);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 20; round++) _victim.OnBytes(flood);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(_victim.IsClosed);
        Assert.True(_victim.TryTakeTransmit(_buffer, out int length) && length < 50 && !_victim.HasToSend);
        int events = 0;
        while (_victim.TryTakeEvent(out _)) events++;
        Assert.Equal(2, events);
    }

    /// <summary>Streams that are opened and ended as fast as credit allows: what is kept does not grow, whether or not anybody takes events.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Churn_keeps_nothing(bool takesEvents)
    {
        _victim.OnBytes(Greeting);
        long id = 0, allowed = 4;
        for (int round = 0; round < 1000; round++)
        {
            while (id / 2 < allowed)
            {
                byte[] number = [(byte)(0x80 | id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id];
                _victim.OnBytes([Data, 5, .. number, 1, Reset, 5, .. number, 0, Stop, 5, .. number, 0]);
                _victim.OnBytes([]);
                id += 2;
            }

            while (_victim.TryTakeTransmit(_buffer, out int length)) allowed = Math.Max(allowed, AllowedIn(_buffer.AsSpan(0, length)));
            if (takesEvents) while (_victim.TryTakeEvent(out _)) { }

            Assert.False(_victim.IsClosed);
            Assert.InRange(_victim.StreamCount, 0, 4);
        }

        Assert.True(takesEvents ? allowed > 1000 : allowed == 4, $"{allowed} streams");
    }

    [Fact]
    public void Datagrams_that_never_end_are_dropped()
    {
        byte[] part = [DatagramPart, 0x7E, 0x80, .. new byte[16_000]];
        _victim.OnBytes(Greeting);
        for (int round = 0; round < 1000; round++) _victim.OnBytes(part);
        _victim.OnBytes([Datagram, 0, Datagram, 1, 9]);

        Assert.Equal((1, 1), (_victim.Counters.DatagramsDropped, _victim.Counters.DatagramsReceived));
        Assert.True(_victim.TryTakeDatagram(_buffer, out int length) && length == 1 && _buffer[0] == 9);
    }

    public void Dispose() => _victim.Dispose();

    private static byte[] Bytes(byte id, int length) => [Data, (byte)(0x40 | (length + 1) >> 8), (byte)(length + 1), id, .. new byte[length]];

    private static long AllowedIn(ReadOnlySpan<byte> frames)
    {
        long allowed = 0;
        while (!frames.IsEmpty)
        {
            if (frames[0] == Streams) allowed = frames[1] switch { 1 => frames[2], 2 => (frames[2] & 0x3F) << 8 | frames[3], _ => throw new InvalidOperationException() };
            frames = frames[(2 + frames[1])..];
        }

        return allowed;
    }

    private void AssertViolated(string what, Multiplexer victim)
    {
        Assert.True(victim.CloseReason == MultiplexerCloseReason.ProtocolViolation && !victim.IsClosedByPeer, what);
        Assert.True(victim.TryTakeTransmit(_buffer, out int length), what);
        Assert.Equal([Close, 2, 3, 0], _buffer[..length]);
        MultiplexerEvent last = default;
        while (victim.TryTakeEvent(out MultiplexerEvent happened)) last = happened;
        Assert.Equal(MultiplexerEventKind.Closed, last.Kinds);
        Assert.False(victim.HasToSend);
    }
}
