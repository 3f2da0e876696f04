using Traversal.Peer.Multiplexing;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Multiplexing;

/// <summary>
/// One side of a seeded run, which does what events allow and nothing else: it reads after <see cref="MultiplexerEventKind.Readable"/>, and where something was
/// refused it waits to be told. What is forgotten to be told hangs the run.
/// </summary>
internal sealed class ModelSide(string name, Multiplexer multiplexer, RandomSource random)
{
    private readonly byte[] _buffer = new byte[40_000];
    private bool _mayOpen = true;
    private int _pings, _pongs, _datagramsTaken;

    /// <summary>Every stream that there ever was, by its number.</summary>
    public Dictionary<long, Half> Halves { get; } = [];

    public Multiplexer Multiplexer => multiplexer;

    public string Name => name;

    /// <summary>What is not over; null where everything is.</summary>
    public string? Unsettled => _pings != _pongs
        ? $"{name}: {_pings - _pongs} pings"
        : Halves.Values.FirstOrDefault(half => !half.Stream.IsOver) is { Stream: var stream }
            ? $"{name}: stream {stream.Id}, sending over {stream.IsSendingOver}, receiving over {stream.IsReceivingOver}, {stream.ReadableLength} to read"
            : null;

    public bool HasClosed { get; private set; }

    public int DatagramsTaken => _datagramsTaken;

    /// <summary>Does something.</summary>
    public void Act()
    {
        switch (random.Next(16))
        {
            case 0:
                Open();
                break;
            case 1 when Pick() is { } half:
                half.Stream.Finish();
                half.IsFinished |= half.ResetCode is null;
                break;
            case 2 when random.Next(3) == 0 && Pick() is { } half:
                if (!half.Stream.IsSendingOver) half.ResetCode ??= half.Stream.PeerStopCode ?? random.Next(1000);
                half.Stream.Reset(half.ResetCode ?? 0);
                break;
            case 3 when random.Next(3) == 0 && Pick() is { } half:
                half.IsStopped |= !half.Stream.IsReceivingOver;
                half.Stream.StopReading(random.Next(1000));
                break;
            case 4 when _pings == _pongs:
                if (!multiplexer.IsClosed) _pings++;
                multiplexer.Ping();
                break;
            case 5:
                _buffer.AsSpan(0, 20_000).Fill(7);
                multiplexer.TrySendDatagram(_buffer.AsSpan(0, random.Next(20_000)));
                break;
            case < 10 when Pick() is { } half:
                Read(half, random.Next(_buffer.Length));
                break;
            default:
                if (Pick() is { } written) Write(written, random.Next(3) == 0 ? random.Next(_buffer.Length) : random.Next(100));
                break;
        }
    }

    /// <summary>Says what has no end yet that it ends, and reads all there is.</summary>
    public void Settle()
    {
        foreach (Half half in Halves.Values)
        {
            half.Stream.Finish();
            half.IsFinished |= half.ResetCode is null;
            half.Stream.IsHeld = false;
            while (half.IsReadable) Read(half, _buffer.Length);
        }
    }

    /// <summary>Takes what has happened.</summary>
    public void TakeEvents()
    {
        while (multiplexer.TryTakeEvent(out MultiplexerEvent happened))
        {
            Assert.False(HasClosed, "an event behind the last");
            HasClosed = happened.Kinds.HasFlag(MultiplexerEventKind.Closed);
            _mayOpen |= happened.Kinds.HasFlag(MultiplexerEventKind.StreamsAllowed);
            if (happened.Kinds.HasFlag(MultiplexerEventKind.Pong)) _pongs++;
            if (happened.Kinds.HasFlag(MultiplexerEventKind.Datagram)) TakeDatagrams();
            if (happened.Stream is not { } stream) continue;

            Assert.Equal(happened.Kinds.HasFlag(MultiplexerEventKind.Opened), !Halves.ContainsKey(stream.Id));
            if (!Halves.TryGetValue(stream.Id, out Half? half)) Halves.Add(stream.Id, half = new Half(stream));
            if (happened.Kinds.HasFlag(MultiplexerEventKind.Opened)) stream.IsHeld = random.Next(4) == 0;
            half.IsReadable |= happened.Kinds.HasFlag(MultiplexerEventKind.Readable);
            half.IsWritable |= happened.Kinds.HasFlag(MultiplexerEventKind.Writable);
            half.ResetTold |= happened.Kinds.HasFlag(MultiplexerEventKind.Reset);
            if (happened.Kinds.HasFlag(MultiplexerEventKind.Stopped)) half.ResetCode ??= stream.PeerStopCode;
        }
    }

    private void Open()
    {
        if (!_mayOpen) return;
        if (multiplexer.Open() is { } stream)
        {
            if (random.Next(2) == 0) stream.Announce();
            Halves.Add(stream.Id, new Half(stream));
        }
        else
        {
            _mayOpen = false;
        }
    }

    // Those that are open, more often than others, and any.
    private Half? Pick()
    {
        if (Halves.Count == 0) return null;

        int index = random.Next(2) == 0 ? random.Next(Halves.Count) : Math.Max(0, Halves.Count - 1 - random.Next(8));
        return Halves.Values.ElementAt(index);
    }

    private void Write(Half half, int length)
    {
        if (!half.IsWritable) return;

        Span<byte> bytes = _buffer.AsSpan(0, length);
        for (int index = 0; index < length; index++) bytes[index] = ByteAt(half.Stream.Id, isInitiators: name == "one", half.Written + index);
        int taken = half.Stream.Write(bytes);
        half.Written += taken;
        half.IsWritable = taken == length;
    }

    private void Read(Half half, int most)
    {
        if (!half.IsReadable) return;

        int length = half.Stream.Read(_buffer.AsSpan(0, most));
        for (int index = 0; index < length; index++)
        {
            if (_buffer[index] != ByteAt(half.Stream.Id, isInitiators: name != "one", half.Read + index)) Assert.Fail($"{name}: stream {half.Stream.Id} at {half.Read + index}");
        }

        half.Read += length;
        half.IsReadable = length > 0 || (most == 0 && half.IsReadable);
    }

    private void TakeDatagrams()
    {
        while (multiplexer.TryTakeDatagram(_buffer, out int length))
        {
            _datagramsTaken++;
            Assert.True(_buffer.AsSpan(0, length).IndexOfAnyExcept((byte)7) < 0);
        }
    }

    private static byte ByteAt(long id, bool isInitiators, long offset) =>
        (byte)((((ulong)offset * 0x9E37_79B9_7F4A_7C15) >> 40) + (ulong)(id * 31) + (isInitiators ? 1ul : 0ul));

    /// <summary>What a side knows of a stream.</summary>
    internal sealed class Half(MultiplexedStream stream)
    {
        public MultiplexedStream Stream { get; } = stream;

        public long Written { get; set; }

        public long Read { get; set; }

        public bool IsReadable { get; set; }

        public bool IsWritable { get; set; } = true;

        public bool IsFinished { get; set; }

        public bool IsStopped { get; set; }

        public bool ResetTold { get; set; }

        public long? ResetCode { get; set; }
    }
}
