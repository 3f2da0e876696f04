using Traversal.Peer.Multiplexing.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

public sealed partial class Multiplexer
{
    private readonly Queue<MultiplexedStream> _controls = new(), _ready = new();
    private byte[]? _hello;
    private bool _hasAdmitted, _isAdmissionDue, _isHelloGiven, _isCloseDue, _isPingDue, _isPongDue, _isPinging, _isWindowDue, _isStreamLimitDue, _isHeldByWindow, _isDatagramsTurn;
    private long _sent, _peerLimit = MultiplexerLimits.LeastConnectionWindow;

    /// <summary>Whether <see cref="TryTakeTransmit"/> gives something now.</summary>
    public bool HasToSend
    {
        get
        {
            if (IsClosed) return _isCloseDue;

            // What is over leaves the queues here, and then there may be a limit of streams to tell.
            bool hasStream = PeekReady() | PeekControl();
            return _isHelloGiven && (hasStream || _leaving is { Count: > 0 } || _hello is not null || _isAdmissionDue || _isPingDue || _isPongDue || _isWindowDue || _isStreamLimitDue);
        }
    }

    /// <summary>Whether all that was written to all streams so far has been taken by <see cref="TryTakeTransmit"/>.</summary>
    public bool IsDrained
    {
        get
        {
            foreach (MultiplexedStream stream in _streams.Values)
            {
                if (!stream.IsDrained) return false;
            }

            return true;
        }
    }

    /// <summary>How many bytes of streams the other side takes beyond those that were sent.</summary>
    internal long PeerCredit => _peerLimit - _sent;

    /// <summary>Says what the other side is to hear first. Before it nothing else is sent.</summary>
    /// <param name="hello">At most <see cref="MaxHelloLength"/> bytes, which are copied.</param>
    /// <exception cref="ArgumentException">They are more.</exception>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public void SendHello(ReadOnlySpan<byte> hello)
    {
        if (hello.Length > MaxHelloLength) throw new ArgumentException($"At most {MaxHelloLength} bytes.", nameof(hello));
        if (_isHelloGiven) throw new InvalidOperationException("Hello is said once.");

        _isHelloGiven = true;
        _hello = hello.ToArray();
    }

    /// <summary>The other side is who it should be: from now on it may open streams and send datagrams. Before, all that it may say is hello, and the end.</summary>
    public void Admit()
    {
        _isAdmissionDue |= !_hasAdmitted && !IsClosed;
        _hasAdmitted = true;
    }

    /// <summary>Asks the other side for an answer, <see cref="MultiplexerEventKind.Pong"/>. Nothing where one is still awaited.</summary>
    public void Ping()
    {
        _isPingDue |= !_isPinging && !IsClosed;
        _isPinging |= _isPingDue;
    }

    /// <summary>
    /// Takes what is to be sent next: as many whole frames as there are and fit. Control before bytes, and of the streams that have bytes each in its turn.
    /// </summary>
    /// <param name="destination">At least <see cref="MinTransmitLength"/> bytes; more make fewer and larger writes.</param>
    /// <param name="length">How many bytes were written into it.</param>
    /// <returns>False where there is nothing to send now.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryTakeTransmit(Span<byte> destination, out int length)
    {
        if (destination.Length < MinTransmitLength) throw new ArgumentException($"At least {MinTransmitLength} bytes.", nameof(destination));

        length = 0;
        if (!HasToSend) return false;

        var writer = new FrameWriter(destination);
        if (IsClosed) WriteClose(ref writer);
        else WriteOpen(ref writer);
        length = writer.Length;
        Counters.BytesSent += length;
        return true;
    }

    /// <summary>A stream may have bytes to send.</summary>
    internal void WantsToSend(MultiplexedStream stream)
    {
        if (IsClosed || stream.IsQueued) return;

        _isHeldByWindow |= stream.IsHeldByConnection;
        if (!stream.CanSend) return;

        stream.IsQueued = true;
        _ready.Enqueue(stream);
    }

    /// <summary>A stream has something else to say.</summary>
    internal void WantsToControl(MultiplexedStream stream)
    {
        if (IsClosed || stream.IsControlQueued) return;

        stream.IsControlQueued = true;
        _controls.Enqueue(stream);
    }

    /// <summary>Bytes of a stream were sent.</summary>
    internal void UseCredit(int length) => _sent += length;

    private void AllowBytes(long limit)
    {
        if (limit <= _peerLimit) return;

        _peerLimit = limit;
        if (!_isHeldByWindow) return;

        _isHeldByWindow = false;
        foreach (MultiplexedStream stream in _streams.Values) WantsToSend(stream);
    }

    private void WriteClose(ref FrameWriter writer)
    {
        _isCloseDue = false;
        writer.WriteControl(MultiplexerFrame.Close, (long)CloseReason, CloseCode);
        Counters.FramesSent++;
    }

    private void WriteOpen(ref FrameWriter writer)
    {
        WriteControl(ref writer);
        WriteStreamControl(ref writer);
        while (writer.Room >= MultiplexerLimits.LeastRoomForData && WriteBytes(ref writer)) { }
    }

    private void WriteControl(ref FrameWriter writer)
    {
        if (_hello is not null) WriteHello(ref writer);
        if (writer.Room < 5 * MultiplexerLimits.MaxControlFrame) return;

        if (_isAdmissionDue) writer.WriteControl(MultiplexerFrame.Admit);
        if (_isPongDue) writer.WriteControl(MultiplexerFrame.Pong);
        if (_isPingDue) writer.WriteControl(MultiplexerFrame.Ping);
        if (_isWindowDue) writer.WriteControl(MultiplexerFrame.ConnectionWindow, _limit = _givenBack + Options.ConnectionWindow);
        if (_isStreamLimitDue) writer.WriteControl(MultiplexerFrame.Streams, _ownStreamLimit = OwnStreamLimit);
        Counters.FramesSent += (_isAdmissionDue ? 1 : 0) + (_isPongDue ? 1 : 0) + (_isPingDue ? 1 : 0) + (_isWindowDue ? 1 : 0) + (_isStreamLimitDue ? 1 : 0);
        _isAdmissionDue = _isPongDue = _isPingDue = _isWindowDue = _isStreamLimitDue = false;
    }

    private void WriteHello(ref FrameWriter writer)
    {
        long streams = Options.MaxStreams, streamWindow = Options.StreamWindow, window = Options.ConnectionWindow;
        writer.WriteByte((byte)MultiplexerFrame.Hello);
        writer.Write(FrameWriter.LengthOf(streams) + FrameWriter.LengthOf(streamWindow) + FrameWriter.LengthOf(window) + _hello!.Length);
        writer.Write(streams);
        writer.Write(streamWindow);
        writer.Write(window);
        _hello.CopyTo(writer.Take(_hello.Length));
        _hello = null;
        Counters.FramesSent++;
    }

    private void WriteStreamControl(ref FrameWriter writer)
    {
        while (writer.Room >= 3 * MultiplexerLimits.MaxControlFrame && PeekControl())
        {
            MultiplexedStream stream = _controls.Dequeue();
            stream.IsControlQueued = false;
            Counters.FramesSent += stream.WriteControlTo(ref writer);
            ForgetIfOver(stream);
        }
    }

    // Datagrams and streams take turns.
    private bool WriteBytes(ref FrameWriter writer)
    {
        bool hasStream = PeekReady(), hasDatagram = _leaving is { Count: > 0 };
        if (!hasStream && !hasDatagram) return false;

        Counters.FramesSent++;
        _isDatagramsTurn = hasDatagram && (_isDatagramsTurn || !hasStream);
        if (_isDatagramsTurn)
        {
            WriteDatagram(ref writer);
            _isDatagramsTurn = false;
            return true;
        }

        MultiplexedStream stream = _ready.Dequeue();
        stream.IsQueued = false;
        stream.WriteDataTo(ref writer);
        WantsToSend(stream);
        ForgetIfOver(stream);
        _isDatagramsTurn = true;
        return true;
    }

    // The other side may have ended what it was to be told of.
    private bool PeekControl()
    {
        while (_controls.TryPeek(out MultiplexedStream? stream))
        {
            if (stream.HasControlToSend) return true;

            _controls.Dequeue();
            stream.IsControlQueued = false;
            ForgetIfOver(stream);
        }

        return false;
    }

    // A stream may have been reset, or the window have been used up, since it came into the queue.
    private bool PeekReady()
    {
        while (_ready.TryPeek(out MultiplexedStream? stream))
        {
            if (stream.CanSend) return true;

            _ready.Dequeue();
            stream.IsQueued = false;
            _isHeldByWindow |= stream.IsHeldByConnection;
            ForgetIfOver(stream);
        }

        return false;
    }

    private void ForgetWhatIsToSend()
    {
        _ready.Clear();
        _controls.Clear();
        _leaving?.Clear();
        _hello = null;
    }
}
