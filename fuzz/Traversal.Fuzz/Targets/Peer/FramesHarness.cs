using System.Globalization;
using Traversal.Peer.Multiplexing;

namespace Traversal.Fuzz;

/// <summary>
/// Tells a multiplexer a story: events of a kind, a number, and where the kind is bytes, so many of them. The first byte of all says what the multiplexer is.
/// </summary>
internal sealed class FramesHarness : IDisposable
{
    private const int MaxEvents = 200, MaxDatagram = 30_000;

    private readonly MultiplexerOptions _options;
    private readonly List<MultiplexedStream> _streams = [];
    private readonly byte[] _buffer = new byte[2 * Multiplexer.MinTransmitLength];
    private readonly FrameChecker _sent = new();
    private readonly bool _isCut;
    private MultiplexerEventKind _told;

    public FramesHarness(byte configuration, bool isCut)
    {
        _isCut = isCut;
        _options = new MultiplexerOptions
        {
            IsInitiator = (configuration & 1) != 0,
            MaxStreams = 4 + (configuration >> 1 & 7),
            StreamWindow = 16 * 1024 << (configuration >> 4 & 1),
            ConnectionWindow = 64 * 1024,
            SendBuffer = 4096,
            MaxDatagramLength = MaxDatagram,
        };
        Multiplexer = new Multiplexer(_options);
        if ((configuration & 32) == 0) Multiplexer.SendHello("hello"u8);
        if ((configuration & 64) == 0) Multiplexer.OnBytes([1, 6, 8, 0x80, 0, 0x80, 0, 63]);
    }

    public Multiplexer Multiplexer { get; }

    /// <summary>Everything that does not depend on the pieces in which bytes have come.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture,
        $"{Multiplexer.CloseReason} {Multiplexer.CloseCode} {Multiplexer.IsClosedByPeer} {Multiplexer.StreamCount} {Multiplexer.PeerHello.Length} {Multiplexer.Counters.FramesReceived} {Multiplexer.Counters.FramesSent} {Multiplexer.Counters.BytesSent} {Multiplexer.Counters.DatagramsReceived} {Multiplexer.Counters.DatagramsDropped} {_told} ")
        + string.Join(' ', _streams.Select(stream => $"{stream.Id}:{stream.ReadableLength},{stream.IsAtEnd},{stream.PeerResetCode},{stream.PeerStopCode},{stream.IsOver}"));

    /// <summary>Tells it all.</summary>
    public void Tell(ReadOnlySpan<byte> story)
    {
        for (int events = 0; events < MaxEvents && story.Length >= 2; events++)
        {
            (byte kind, byte number) = (story[0], story[1]);
            story = story[2..];
            if (kind % 16 < 6)
            {
                ReadOnlySpan<byte> bytes = story[..Math.Min(number, story.Length)];
                story = story[bytes.Length..];
                Feed(bytes);
            }
            else
            {
                Act(kind % 16, kind >> 4, number);
            }

            TakeEvents();
            CheckWindows();
        }

        Check();
    }

    /// <summary>What it sends is frames, and what it holds is within its windows.</summary>
    public void Check()
    {
        TakeAll();
        TakeEvents();
        CheckWindows();
        Invariant.Holds(Multiplexer.IsClosed == _told.HasFlag(MultiplexerEventKind.Closed), "The end is told.");
    }

    public void Dispose() => Multiplexer.Dispose();

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        if (!_isCut)
        {
            Multiplexer.OnBytes(bytes);
            return;
        }

        foreach (byte single in bytes) Multiplexer.OnBytes([single]);
    }

    private void Act(int what, int index, byte number)
    {
        MultiplexedStream? stream = _streams.Count > 0 ? _streams[index % _streams.Count] : null;
        switch (what)
        {
            case 6:
                Feed(_buffer.AsSpan(0, number * 128));
                break;
            case 7:
                if (Multiplexer.Open() is not { } opened) break;
                _streams.Add(opened);
                if ((number & 1) != 0) opened.Announce();
                break;
            case 8:
                stream?.Write(_buffer.AsSpan(0, number * 32));
                break;
            case 9:
                if (stream is not null) Read(stream, number * 128);
                break;
            case 10:
                stream?.Finish();
                break;
            case 11:
                if ((number & 1) != 0) stream?.StopReading(number);
                else stream?.Reset(number);
                break;
            case 12:
                Multiplexer.Ping();
                break;
            case 13:
                if ((number & 1) != 0) Multiplexer.TrySendDatagram(_buffer.AsSpan(0, number * 100));
                else while (Multiplexer.TryTakeDatagram(_buffer, out int length)) Invariant.Holds(length <= MaxDatagram, "A datagram is bounded.");
                break;
            case 14:
                TakeAll();
                break;
            case 15 when number == 255:
                Multiplexer.Close(MultiplexerCloseReason.Application, number);
                break;
        }
    }

    private static void Read(MultiplexedStream stream, int most)
    {
        int readable = stream.ReadableLength, expected = Math.Min(most, readable);
        byte[] room = new byte[most];
        Invariant.Holds(stream.Read(room) == expected && stream.ReadableLength == readable - expected, "What is readable is read.");
    }

    private void TakeAll()
    {
        while (true)
        {
            bool isThere = Multiplexer.HasToSend;
            Invariant.Holds(Multiplexer.TryTakeTransmit(_buffer, out int length) == isThere && isThere == length > 0, "What there is to send is sent.");
            if (!isThere) break;

            _sent.Check(_buffer.AsSpan(0, length));
            _buffer.AsSpan(0, length).Clear();
        }
    }

    private void TakeEvents()
    {
        while (Multiplexer.TryTakeEvent(out MultiplexerEvent happened))
        {
            Invariant.Holds(!_told.HasFlag(MultiplexerEventKind.Closed), "Nothing happens behind the end.");
            _told |= happened.Kinds;
            if (!happened.Kinds.HasFlag(MultiplexerEventKind.Opened)) continue;

            Invariant.Holds(!_streams.Contains(happened.Stream!), "A stream is opened once.");
            _streams.Add(happened.Stream!);
        }
    }

    private void CheckWindows()
    {
        int unread = 0, opened = 0;
        foreach (MultiplexedStream stream in _streams)
        {
            Invariant.Holds(stream.ReadableLength >= 0 && stream.ReadableLength <= _options.StreamWindow, "The window of a stream holds.");
            Invariant.Holds(stream.WritableLength >= 0 && stream.WritableLength <= _options.SendBuffer, "The buffer of a stream holds.");
            unread += stream.ReadableLength;
            if ((stream.Id & 1) == (_options.IsInitiator ? 1 : 0) && !stream.IsOver) opened++;
        }

        Invariant.Holds(unread <= _options.ConnectionWindow, "The window of the connection holds.");
        Invariant.Holds(opened <= _options.MaxStreams, "The streams are bounded.");
    }
}
