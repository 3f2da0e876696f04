using Traversal.Peer.Buffers;
using Traversal.Peer.Multiplexing.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

public sealed partial class MultiplexedStream
{
    private readonly BlockBuffer _unread = new();
    private long _read, _received, _limit;
    private bool _isEnded, _isCut, _isWindowDue, _isStopDue;
    private long? _stopCode;

    /// <summary>How many bytes <see cref="Read"/> gives now.</summary>
    public int ReadableLength => (int)(_received - _read);

    /// <summary>Whether everything that the other side has written was read, and it has said that there will be no more.</summary>
    public bool IsAtEnd => _isEnded && !_isCut && _read == _received;

    /// <summary>The code with which the other side has given up what it wrote; null where it has not.</summary>
    public long? PeerResetCode { get; private set; }

    /// <summary>Whether nothing more is to be read.</summary>
    public bool IsReceivingOver => IsAtEnd || PeerResetCode is not null || (_stopCode is not null && _isEnded);

    /// <summary>Whether the other side may send bytes.</summary>
    internal bool IsReceiving => !_isEnded && PeerResetCode is null;

    /// <summary>Whether there is something to say apart from bytes.</summary>
    internal bool HasControlToSend => _isWindowDue || _isStopDue || (_resetCode is not null && !_isResetSent);

    /// <summary>Reads bytes in the order in which they were written.</summary>
    /// <returns>How many; 0 where there are none yet, or <see cref="IsAtEnd"/>, or the other side has reset the stream.</returns>
    public int Read(Span<byte> destination)
    {
        int length = Math.Min(destination.Length, ReadableLength);
        if (length == 0) return 0;

        _unread.Read(_read, destination[..length]);
        _read += length;
        if (_read == _received) _unread.ReleaseAll(_read);
        else _unread.ReleaseBelow(_read);

        _multiplexer.GiveBack(length);
        OfferWindow();
        _multiplexer.ForgetIfOver(this);
        return length;
    }

    /// <summary>Says that nothing more will be read: what has come is dropped, and the other side is to give up the rest.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void StopReading(long code)
    {
        ThrowIfBad(code);
        if (_stopCode is not null || IsReceivingOver || _multiplexer.IsClosed) return;

        _stopCode = code;
        DropUnread();
        if (!_isEnded)
        {
            _isStopDue = true;
            _multiplexer.WantsToControl(this);
        }

        _multiplexer.ForgetIfOver(this);
    }

    /// <summary>Whether the other side may send so many more bytes.</summary>
    internal bool MayReceive(int length) => _received + length <= _limit;

    /// <summary>Bytes have come, which it may send.</summary>
    internal void OnBytes(ReadOnlySpan<byte> bytes)
    {
        if (_stopCode is not null)
        {
            _read = _received += bytes.Length;
            _multiplexer.GiveBack(bytes.Length);
            return;
        }

        _unread.Write(_received, bytes);
        _received += bytes.Length;
        Raise(MultiplexerEventKind.Readable);
    }

    /// <summary>No more bytes will come.</summary>
    internal void OnEnd()
    {
        _isEnded = true;
        _isWindowDue = _isStopDue = false;
        if (_stopCode is null) Raise(MultiplexerEventKind.Readable);
        _multiplexer.ForgetIfOver(this);
    }

    /// <summary>The other side has given up what it wrote.</summary>
    internal void OnReset(long code)
    {
        PeerResetCode = code;
        _isWindowDue = _isStopDue = false;
        DropUnread();
        Raise(MultiplexerEventKind.Reset);
        _multiplexer.ForgetIfOver(this);
    }

    /// <summary>Writes what there is to say apart from bytes.</summary>
    /// <returns>How many frames that were.</returns>
    internal int WriteControlTo(ref FrameWriter writer)
    {
        int frames = 0;
        if (_isWindowDue)
        {
            _limit = _read + _multiplexer.Options.StreamWindow;
            writer.WriteControl(MultiplexerFrame.Window, Id, _limit);
            frames++;
        }

        if (_isStopDue)
        {
            writer.WriteControl(MultiplexerFrame.Stop, Id, _stopCode!.Value);
            frames++;
        }

        _isWindowDue = _isStopDue = false;
        if (_resetCode is not { } code || IsSendingOver) return frames;

        writer.WriteControl(MultiplexerFrame.Reset, Id, code);
        _isResetSent = true;
        return frames + 1;
    }

    /// <summary>What has come and was not read is dropped.</summary>
    internal void DropUnread()
    {
        _isCut |= !IsAtEnd;
        _unread.ReleaseAll(_received);
        _multiplexer.GiveBack(ReadableLength);
        _read = _received;
    }

    // Whoever reads little by little does not tell the other side of every byte.
    private void OfferWindow()
    {
        int window = _multiplexer.Options.StreamWindow;
        if (!IsReceiving || _isWindowDue || _read + window - _limit < window / 4) return;

        _isWindowDue = true;
        _multiplexer.WantsToControl(this);
    }
}
