using Traversal.Peer.Buffers;
using Traversal.Peer.Multiplexing.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

public sealed partial class MultiplexedStream
{
    private readonly BlockBuffer _unsent = new();
    private long _written, _sent, _peerLimit;
    private bool _isFinished, _isEndSent, _isResetSent, _isAnnounced, _isAnnouncementDue, _wantsRoom;
    private long? _resetCode;

    /// <summary>How many bytes <see cref="Write"/> takes now.</summary>
    public int WritableLength =>
        _isFinished || _resetCode is not null || _multiplexer.IsClosed ? 0 : (int)(_multiplexer.Options.SendBuffer - (_written - _sent));

    /// <summary>Whether nothing more can be written: it was finished or reset.</summary>
    public bool IsFinished => _isFinished || _resetCode is not null;

    /// <summary>The code with which the other side has said that it reads no more; null where it has not.</summary>
    public long? PeerStopCode { get; private set; }

    /// <summary>Whether the end of what was written, or that it was given up, has been taken by <see cref="Multiplexer.TryTakeTransmit"/>.</summary>
    public bool IsSendingOver => _isEndSent || _isResetSent;

    /// <summary>Whether all that was written so far, and its end where there is one, has been taken by <see cref="Multiplexer.TryTakeTransmit"/>.</summary>
    public bool IsDrained => !_isAnnouncementDue && (_resetCode is not null ? _isResetSent || _isEndSent : _sent == _written && _isEndSent == _isFinished);

    /// <summary>Whether bytes, an end or an announcement can be sent now.</summary>
    internal bool CanSend => _resetCode is null && (_isAnnouncementDue || SendableLength > 0 || IsEndDue);

    /// <summary>Whether it is only the window of the connection that holds bytes back.</summary>
    internal bool IsHeldByConnection => _resetCode is null && Math.Min(_written, _peerLimit) > _sent && _multiplexer.PeerCredit == 0;

    private long SendableLength => Math.Min(Math.Min(_written, _peerLimit) - _sent, _multiplexer.PeerCredit);

    private bool IsEndDue => _isFinished && !_isEndSent && _sent == _written;

    /// <summary>Lets the other side know of the stream before anything is written. Otherwise it learns of it with the first bytes.</summary>
    public void Announce()
    {
        if (_isAnnounced || _resetCode is not null) return;

        _isAnnouncementDue = true;
        _multiplexer.WantsToSend(this);
    }

    /// <summary>Writes bytes, which are copied.</summary>
    /// <returns>
    /// How many were taken, from the start. Where that is not all, <see cref="MultiplexerEventKind.Writable"/> says when more are; where it is none for good, the
    /// stream was finished, reset or stopped, or the multiplexer closed.
    /// </returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(bytes.Length, WritableLength);
        _wantsRoom = length < bytes.Length;
        if (length == 0) return 0;

        _unsent.Write(_written, bytes[..length]);
        _written += length;
        _multiplexer.WantsToSend(this);
        return length;
    }

    /// <summary>Says that nothing more will be written. What was written is still sent.</summary>
    public void Finish()
    {
        if (_isFinished || _resetCode is not null || _multiplexer.IsClosed) return;

        _isFinished = true;
        _multiplexer.WantsToSend(this);
    }

    /// <summary>Gives up what was written and not yet sent, and what the other side has not read; it learns the code. Nothing where the end was sent.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void Reset(long code)
    {
        ThrowIfBad(code);
        if (_resetCode is not null || _isEndSent || _multiplexer.IsClosed) return;

        _resetCode = code;
        _isAnnouncementDue = false;
        ReleaseUnsent();
        _multiplexer.WantsToControl(this);
    }

    /// <summary>Writes a frame of bytes.</summary>
    internal void WriteDataTo(ref FrameWriter writer)
    {
        int idLength = FrameWriter.LengthOf(Id);
        int room = Math.Min(writer.Room, MultiplexerLimits.MaxFrameLength) - MultiplexerLimits.MaxFrameHead - idLength;
        int length = (int)Math.Min(SendableLength, room);
        bool isLast = _isFinished && _sent + length == _written;
        writer.WriteByte((byte)(isLast ? MultiplexerFrame.LastData : MultiplexerFrame.Data));
        writer.Write(idLength + length);
        writer.Write(Id);
        _unsent.Read(_sent, writer.Take(length));

        _isAnnounced = true;
        _isAnnouncementDue = false;
        _isEndSent = isLast;
        _sent += length;
        _multiplexer.UseCredit(length);
        if (_sent == _written) _unsent.ReleaseAll(_written);
        else _unsent.ReleaseBelow(_sent);
        if (!_wantsRoom || WritableLength < _multiplexer.Options.SendBuffer / 4) return;

        _wantsRoom = false;
        Raise(MultiplexerEventKind.Writable);
    }

    /// <summary>The other side takes so many bytes in all.</summary>
    internal void OnWindow(long limit)
    {
        if (limit <= _peerLimit) return;

        _peerLimit = limit;
        _multiplexer.WantsToSend(this);
    }

    /// <summary>The other side reads no more: what waits is given up.</summary>
    internal void OnStop(long code)
    {
        if (PeerStopCode is not null || IsSendingOver) return;

        PeerStopCode = code;
        Reset(code);
        Raise(MultiplexerEventKind.Stopped);
    }

    /// <summary>Gives up what was written and not yet sent.</summary>
    internal void ReleaseUnsent() => _unsent.ReleaseAll(_written);
}
