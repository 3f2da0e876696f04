using Traversal.Peer.Buffers;
using Traversal.Peer.Reliable.Buffers;
using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Reliable;

public sealed partial class Conversation
{
    private readonly BlockBuffer _unread;
    private readonly RangeSet _received = new();
    private long _read, _limit = ReliableLimits.ReceiveWindow;
    private long? _end;
    private long? _stopCode;
    private bool _isWindowDue, _isStopDue, _isDropped;

    /// <summary>How many bytes <see cref="Read"/> gives now.</summary>
    public int ReadableLength => _isDropped || _received.IsEmpty || PeerResetCode is not null || _stopCode is not null || !_received.Contains(_read)
        ? 0
        : (int)(_received.Ranges[0].End - _read);

    /// <summary>Whether everything that the other side has written was read, and it has said that there will be no more.</summary>
    public bool IsAtEnd => _end == _read;

    /// <summary>The code with which the other side has given up what it wrote; null where it has not.</summary>
    public long? PeerResetCode { get; private set; }

    /// <summary>Whether nothing more is to be read.</summary>
    public bool IsReceivingOver => IsAtEnd || PeerResetCode is not null || (_stopCode is not null && _end is not null);

    /// <summary>Reads bytes in the order in which they were written.</summary>
    /// <returns>How many; 0 where there are none yet, or <see cref="IsAtEnd"/>, or the other side has reset the conversation.</returns>
    public int Read(Span<byte> destination)
    {
        int length = Math.Min(destination.Length, ReadableLength);
        if (length == 0) return 0;

        _unread.Read(_read, destination[..length]);
        _read += length;
        if (_received.Ranges[0].End == _read && _received.Count == 1) _unread.ReleaseAll(_read);
        else _unread.ReleaseBelow(_read);

        // Whoever reads little by little does not tell the other side of every byte.
        if (_end is null && _read + ReliableLimits.ReceiveWindow - _limit >= ReliableLimits.ReceiveWindow / 4)
        {
            _isWindowDue = true;
            _path.WantsToSend(this);
        }

        _path.ForgetIfOver(this);
        return length;
    }

    /// <summary>Says that nothing more will be read: what has come is dropped, and the other side is to give up the rest.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void StopReading(long code)
    {
        ThrowIfBad(code);
        if (_stopCode is not null || IsReceivingOver) return;

        _stopCode = code;
        _isStopDue = true;
        DropUnread();
        _path.WantsToSend(this);
        _path.ForgetIfOver(this);
    }

    /// <summary>Bytes have come.</summary>
    /// <returns>False where the packet is not to be acknowledged, because there is no room for what it carries.</returns>
    /// <param name="offset">Where they begin.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isEnd">Whether no more follow.</param>
    /// <param name="isAllowed">Whether the other side may send them.</param>
    internal bool TryReceive(long offset, ReadOnlySpan<byte> bytes, bool isEnd, out bool isAllowed)
    {
        long end = offset + bytes.Length;
        isAllowed = end <= _limit && (_end is null || (isEnd ? end == _end : end <= _end)) && (!isEnd || _received.IsEmpty || _received.End <= end);
        if (!isAllowed || PeerResetCode is not null) return isAllowed;
        if (_received.CountWith(offset, end) > ReliableLimits.MaxReceivedRanges || !HasRoom(offset, end)) return false;

        int readable = ReadableLength;
        if (isEnd) _end = end;
        _received.Add(offset, end);
        if (_stopCode is null && end > _read)
        {
            int known = (int)Math.Max(0, _read - offset);
            _unread.Write(offset + known, bytes[known..]);
        }

        if (ReadableLength > readable || IsAtEnd) Raise(ReliableEventKind.Readable);
        _path.ForgetIfOver(this);
        return true;
    }

    // Where all conversations together hold too much, each still takes what is to be read next, so that none waits for another.
    private bool HasRoom(long offset, long end)
    {
        if (_stopCode is not null || end <= _read || offset / BlockBuffer.BlockLength <= _read / BlockBuffer.BlockLength) return true;
        return _path.Unread.Held + _unread.CountNeeded(offset, (int)(end - offset)) <= ReliableLimits.MaxUnreadBlocks;
    }

    /// <summary>The other side has given up what it wrote.</summary>
    /// <returns>False where it may not end there.</returns>
    internal bool OnReset(long code, long end)
    {
        if (end > _limit || (_end is not null && end != _end) || (!_received.IsEmpty && _received.End > end)) return false;
        if (PeerResetCode is not null || IsAtEnd) return true;

        PeerResetCode = code;
        DropUnread();
        Raise(ReliableEventKind.Reset);
        _path.ForgetIfOver(this);
        return true;
    }

    private bool HasControlToSend => _isWindowDue || _isStopDue;

    private void WriteControlTo(ref FrameWriter writer, ref SentPacket packet)
    {
        const int MostOfFrame = 1 + 8 + 8;
        if (_isWindowDue && writer.Room >= MostOfFrame)
        {
            _limit = _read + ReliableLimits.ReceiveWindow;
            writer.Write(FrameType.Window);
            writer.Write(Id);
            writer.Write(_limit);
            packet.Carried |= Carried.Window;
            _isWindowDue = false;
        }

        if (_isStopDue && writer.Room >= MostOfFrame)
        {
            writer.Write(FrameType.Stop);
            writer.Write(Id);
            writer.Write(_stopCode!.Value);
            packet.Carried |= Carried.Stop;
            _isStopDue = false;
        }
    }

    private void OnControlLost(in SentPacket packet)
    {
        _isWindowDue |= packet.Carried.Has(Carried.Window) && _end is null;
        _isStopDue |= packet.Carried.Has(Carried.Stop) && !IsReceivingOver;
    }

    private void DropUnread()
    {
        _isDropped = true;
        _unread.ReleaseAll(_received.IsEmpty ? _read : _received.End);
    }
}
