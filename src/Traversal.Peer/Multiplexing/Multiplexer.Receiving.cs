using System.Runtime.CompilerServices;
using Traversal.Peer.Multiplexing.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

public sealed partial class Multiplexer
{
    // The bytes of a head that has not come whole: a kind, three numbers.
    private HeadBytes _head;
    private int _headLength;

    // The body that comes: what is left of it, and where it goes.
    private MultiplexerFrame _bodyFrame;
    private int _bodyRest;
    private MultiplexedStream? _bodyStream;
    private byte[]? _bodyHello;

    private bool _hasHello;
    private long _received, _limit, _givenBack;

    /// <summary>Handles what has come from the other side.</summary>
    /// <param name="bytes">The bytes, in whatever pieces. What comes after the multiplexer is closed is dropped.</param>
    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        Counters.BytesReceived += bytes.Length;
        while (!bytes.IsEmpty && !IsClosed)
        {
            int taken = _bodyRest > 0 ? ReadBody(bytes) : _headLength > 0 ? ReadRestOfHead(bytes) : ReadHead(bytes);
            if (taken == 0)
            {
                bytes.CopyTo(_head);
                _headLength = bytes.Length;
                return;
            }

            bytes = bytes[taken..];
        }
    }

    /// <summary>Bytes of a stream were read or dropped, so that others may come.</summary>
    internal void GiveBack(int length)
    {
        _givenBack += length;
        _isWindowDue |= !IsClosed && _givenBack + Options.ConnectionWindow - _limit >= Options.ConnectionWindow / 4;
    }

    private int ReadRestOfHead(ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = _head;
        int known = _headLength, more = Math.Min(bytes.Length, HeadBytes.Length - known);
        bytes[..more].CopyTo(head[known..]);
        int taken = ReadHead(head[..(known + more)]);
        _headLength = taken == 0 ? known + more : 0;
        return taken == 0 ? more : taken - known;
    }

    /// <summary>Reads what stands before the bytes of a frame: all of it where there are none.</summary>
    /// <returns>How long it is; 0 where it has not come whole.</returns>
    private int ReadHead(ReadOnlySpan<byte> bytes)
    {
        var reader = new FrameReader(bytes);
        MultiplexerFrame frame = (MultiplexerFrame)reader.ReadByte();
        if (!IsExpected(frame)) return Refuse(bytes);
        if (!reader.TryRead(out long length)) return 0;

        switch (frame)
        {
            case MultiplexerFrame.Data or MultiplexerFrame.LastData:
                int before = reader.RestLength;
                if (!reader.TryRead(out long id)) return 0;
                length -= before - reader.RestLength;
                if (length is < 0 or > MultiplexerLimits.MaxBodyLength || !BeginData(id, (int)length)) return Refuse(bytes);
                break;
            case MultiplexerFrame.Hello:
                if (length > MultiplexerLimits.MaxBodyLength) return Refuse(bytes);
                _bodyHello = new byte[length];
                break;
            case MultiplexerFrame.Datagram or MultiplexerFrame.DatagramPart:
                if (length > MultiplexerLimits.MaxBodyLength) return Refuse(bytes);
                break;
            default:
                if (length > MultiplexerLimits.MaxControlBody) return Refuse(bytes);
                if (!reader.TryRead(length, out ReadOnlySpan<byte> body)) return 0;
                if (!ReadControl(frame, body)) return Refuse(bytes);
                Counters.FramesReceived++;
                return bytes.Length - reader.RestLength;
        }

        _bodyFrame = frame;
        _bodyRest = (int)length;
        if (_bodyRest == 0) EndBody();
        return bytes.Length - reader.RestLength;
    }

    private bool IsExpected(MultiplexerFrame frame) => frame switch
    {
        MultiplexerFrame.Close => true,
        MultiplexerFrame.Hello => !_hasHello,
        MultiplexerFrame.Admit => _hasHello && !IsAdmitted && Options.NeedsAdmission,
        MultiplexerFrame.Ping or MultiplexerFrame.Pong => _hasHello,
        >= MultiplexerFrame.Data and <= MultiplexerFrame.Datagram => _hasHello && (_hasAdmitted || !Options.NeedsAdmission),
        _ => false,
    };

    private bool BeginData(long id, int length)
    {
        if (!TryFind(id, out MultiplexedStream? stream) || stream is not { IsReceiving: true }) return false;
        if (!stream.MayReceive(length) || _received + length > _limit) return false;

        _received += length;
        _bodyStream = stream;
        return true;
    }

    private int ReadBody(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(bytes.Length, _bodyRest);
        bytes = bytes[..length];
        if (_bodyStream is { } stream) stream.OnBytes(bytes);
        else if (_bodyHello is { } hello) bytes.CopyTo(hello.AsSpan(hello.Length - _bodyRest));
        else ReadDatagram(bytes);

        _bodyRest -= length;
        if (_bodyRest == 0) EndBody();
        return length;
    }

    private void EndBody()
    {
        Counters.FramesReceived++;
        MultiplexedStream? stream = _bodyStream;
        byte[]? hello = _bodyHello;
        (_bodyStream, _bodyHello) = (null, null);
        switch (_bodyFrame)
        {
            case MultiplexerFrame.LastData:
                stream!.OnEnd();
                break;
            case MultiplexerFrame.Hello:
                if (!ReadHello(hello!)) Refuse([]);
                break;
            case MultiplexerFrame.Datagram:
                EndDatagram();
                break;
        }
    }

    private bool ReadHello(byte[] body)
    {
        var reader = new FrameReader(body);
        if (!reader.TryRead(out long streams) || !reader.TryRead(out long streamWindow) || !reader.TryRead(out long window)) return false;
        if (reader.RestLength > MaxHelloLength) return false;

        _hasHello = true;
        PeerHello = body.AsMemory(body.Length - reader.RestLength);
        _pendingEvents |= MultiplexerEventKind.Hello;
        AllowStreams(streams);
        AllowBytes(window);
        _peerStreamWindow = Math.Max(_peerStreamWindow, streamWindow);
        foreach (MultiplexedStream stream in _streams.Values) stream.OnWindow(_peerStreamWindow);
        return true;
    }

    private bool ReadControl(MultiplexerFrame frame, ReadOnlySpan<byte> body)
    {
        var reader = new FrameReader(body);
        int numbers = frame switch
        {
            MultiplexerFrame.Ping or MultiplexerFrame.Pong or MultiplexerFrame.Admit => 0,
            MultiplexerFrame.ConnectionWindow or MultiplexerFrame.Streams => 1,
            _ => 2,
        };
        long first = 0, second = 0;
        if (numbers > 0 && !reader.TryRead(out first)) return false;
        if (numbers > 1 && !reader.TryRead(out second)) return false;
        if (reader.HasMore) return false;

        switch (frame)
        {
            case MultiplexerFrame.Window or MultiplexerFrame.Reset or MultiplexerFrame.Stop:
                return TryFind(first, out MultiplexedStream? stream) && ReadControl(frame, stream, second);
            case MultiplexerFrame.ConnectionWindow:
                AllowBytes(first);
                return true;
            case MultiplexerFrame.Streams:
                AllowStreams(first);
                return true;
            case MultiplexerFrame.Ping:
                _isPongDue = true;
                return true;
            case MultiplexerFrame.Admit:
                IsAdmitted = true;
                _pendingEvents |= MultiplexerEventKind.Admitted;
                return true;
            case MultiplexerFrame.Pong:
                return ReadPong();
            default:
                ReadClose(first, second);
                return true;
        }
    }

    // A stream that is forgotten has ended on both sides; that the other side reads, or reads no more, may still have been on the way.
    private static bool ReadControl(MultiplexerFrame frame, MultiplexedStream? stream, long number)
    {
        switch (frame)
        {
            case MultiplexerFrame.Window:
                stream?.OnWindow(number);
                return true;
            case MultiplexerFrame.Stop:
                stream?.OnStop(number);
                return true;
            default:
                if (stream is not { IsReceiving: true }) return false;
                stream.OnReset(number);
                return true;
        }
    }

    private void ReadClose(long reason, long code)
    {
        bool isKnown = reason is >= (long)MultiplexerCloseReason.Application and <= (long)MultiplexerCloseReason.TimedOut;
        End(isKnown ? (MultiplexerCloseReason)reason : MultiplexerCloseReason.Other, code, isByPeer: true);
    }

    private bool ReadPong()
    {
        if (!_isPinging) return false;

        _isPinging = false;
        _pendingEvents |= MultiplexerEventKind.Pong;
        return true;
    }

    private void AllowStreams(long limit)
    {
        if (limit <= _peerStreamLimit) return;

        _peerStreamLimit = limit;
        if (_wantsStream) _pendingEvents |= MultiplexerEventKind.StreamsAllowed;
        _wantsStream = false;
    }

    /// <summary>Finds a stream, which opens it where it is the other side's to open; null where it is forgotten.</summary>
    /// <returns>False where there can be no such stream.</returns>
    private bool TryFind(long id, out MultiplexedStream? stream)
    {
        if (_streams.TryGetValue(id, out stream)) return true;
        if ((id & 1) == (_firstOwnId & 1)) return id < _nextOwnId;
        if (id < _nextPeerId) return true;
        if ((id - _firstPeerId) / 2 >= _ownStreamLimit) return false;

        // Those before it were opened too; their first frames are still on the way.
        for (; _nextPeerId <= id; _nextPeerId += 2)
        {
            stream = new MultiplexedStream(this, _nextPeerId, _peerStreamWindow);
            _streams.Add(_nextPeerId, stream);
            Raise(stream, MultiplexerEventKind.Opened);
        }

        return true;
    }

    private int Refuse(ReadOnlySpan<byte> rest)
    {
        Close(MultiplexerCloseReason.ProtocolViolation, 0);
        return Math.Max(1, rest.Length);
    }

    [InlineArray(Length)]
    private struct HeadBytes
    {
        public const int Length = 1 + 8 + MultiplexerLimits.MaxControlBody;

        private byte _first;
    }
}
