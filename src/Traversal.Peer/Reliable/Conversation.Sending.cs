using Traversal.Peer.Buffers;
using Traversal.Peer.Reliable.Buffers;
using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Reliable;

public sealed partial class Conversation
{
    private readonly BlockBuffer _unacknowledged = new();
    private readonly RangeSet _acknowledged = new();
    private readonly RangeSet _lost = new();
    private long _written, _sent, _peerLimit = ReliableLimits.ReceiveWindow;
    private bool _isFinished, _isEndSent, _isEndAcknowledged, _isResetSent, _isResetAcknowledged;
    private long? _resetCode;
    private bool _wantsRoom;

    /// <summary>How many bytes <see cref="Write"/> takes now.</summary>
    public int WritableLength =>
        _isFinished || _resetCode is not null || _path.IsClosed ? 0 : (int)(ReliableLimits.SendBuffer - (_written - Acknowledged));

    /// <summary>How many bytes were written and wait to be sent for the first time.</summary>
    public long UnsentLength => _resetCode is null ? _written - _sent : 0;

    /// <summary>The code with which the other side has said that it reads no more; null where it has not.</summary>
    public long? PeerStopCode { get; private set; }

    /// <summary>Whether all that was written, and its end, has come to the other side, or was given up.</summary>
    public bool IsSendingOver => (_isEndAcknowledged && Acknowledged == _written) || _isResetAcknowledged;

    /// <summary>Whether all that was written so far has come to the other side, and its end where there is one.</summary>
    public bool IsDelivered => Acknowledged == _written && (!_isFinished || _isEndAcknowledged);

    // The bytes below have all come.
    private long Acknowledged => _acknowledged.IsEmpty || _acknowledged.First > 0 ? 0 : _acknowledged.Ranges[0].End;

    /// <summary>Writes bytes, which are copied.</summary>
    /// <returns>
    /// How many were taken, from the start. Where that is not all, <see cref="ReliableEventKind.Writable"/> says when more are; where it is none for good, the
    /// conversation was finished, reset or stopped, or the path closed.
    /// </returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(bytes.Length, WritableLength);
        _wantsRoom = length < bytes.Length;
        if (length == 0) return 0;

        _unacknowledged.Write(_written, bytes[..length]);
        _written += length;
        _path.WantsToSend(this);
        return length;
    }

    /// <summary>Says that nothing more will be written. What was written is still delivered.</summary>
    public void Finish()
    {
        if (_isFinished || _resetCode is not null) return;

        _isFinished = true;
        _path.WantsToSend(this);
    }

    /// <summary>Gives up what was written and has not come to the other side, which learns the code.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void Reset(long code)
    {
        ThrowIfBad(code);
        if (_resetCode is not null || IsSendingOver) return;

        _resetCode = code;
        _lost.Clear();
        _unacknowledged.ReleaseAll(_written);
        _path.WantsToSend(this);
    }

    private bool HasDataToSend => _resetCode is not null
        ? !_isResetSent
        : !_lost.IsEmpty || _sent < Math.Min(_written, _peerLimit) || (_isFinished && !_isEndSent && _sent == _written);

    private void WriteDataTo(ref FrameWriter writer, ref SentPacket packet)
    {
        (long offset, long end) = _lost.IsEmpty ? (_sent, Math.Min(_written, _peerLimit)) : (_lost.Ranges[0].Start, _lost.Ranges[0].End);
        int room = writer.Room - 1 - FrameWriter.LengthOf(Id) - FrameWriter.LengthOf(offset) - FrameWriter.LengthOf(writer.Room);
        int length = (int)Math.Min(end - offset, room);
        bool hasEnd = _isFinished && offset + length == _written;
        if (length < 0 || (length == 0 && !hasEnd)) return;

        writer.Write(hasEnd ? FrameType.LastData : FrameType.Data);
        writer.Write(Id);
        writer.Write(offset);
        writer.Write(length);
        _unacknowledged.Read(offset, writer.Take(length));
        (packet.Offset, packet.DataLength) = (offset, length);
        packet.Carried |= hasEnd ? Carried.Data | Carried.End : Carried.Data;

        _lost.Remove(offset, offset + length);
        _sent = Math.Max(_sent, offset + length);
        _isEndSent |= hasEnd;
    }

    private void WriteResetTo(ref FrameWriter writer, ref SentPacket packet, long code)
    {
        if (_isResetSent || writer.Room < 1 + FrameWriter.LengthOf(Id) + FrameWriter.LengthOf(code) + FrameWriter.LengthOf(_sent)) return;

        writer.Write(FrameType.Reset);
        writer.Write(Id);
        writer.Write(code);
        writer.Write(_sent);
        packet.Carried |= Carried.Reset;
        _isResetSent = true;
    }

    private void OnDataAcknowledged(in SentPacket packet)
    {
        _isResetAcknowledged |= packet.Carried.Has(Carried.Reset);
        if (!packet.Carried.Has(Carried.Data)) return;

        long start = packet.Offset, end = packet.Offset + packet.DataLength;
        _acknowledged.Add(start, end);
        _lost.Remove(start, end);
        _isEndAcknowledged |= packet.Carried.Has(Carried.End);
        if (_resetCode is not null) return;

        if (Acknowledged == _written) _unacknowledged.ReleaseAll(_written);
        else _unacknowledged.ReleaseBelow(Acknowledged);
        if (IsDelivered) Raise(ReliableEventKind.Delivered);
        if (!_wantsRoom || WritableLength < ReliableLimits.SendBuffer / 4) return;

        _wantsRoom = false;
        Raise(ReliableEventKind.Writable);
    }

    // What has come with another packet meanwhile is not sent again.
    private void OnDataLost(in SentPacket packet)
    {
        if (packet.Carried.Has(Carried.Reset)) _isResetSent = _isResetAcknowledged;
        if (!packet.Carried.Has(Carried.Data) || _resetCode is not null) return;

        long start = packet.Offset, end = packet.Offset + packet.DataLength;
        _lost.Add(start, end);
        foreach (RangeSet.Range range in _acknowledged.Overlapping(start, end)) _lost.Remove(range.Start, range.End);

        if (packet.Carried.Has(Carried.End)) _isEndSent = _isEndAcknowledged;
    }

    /// <summary>The other side takes bytes up to an offset.</summary>
    internal void OnWindow(long limit)
    {
        if (limit <= _peerLimit) return;

        _peerLimit = limit;
        _path.WantsToSend(this);
    }

    /// <summary>The other side reads no more: what waits is given up.</summary>
    internal void OnStop(long code)
    {
        if (PeerStopCode is not null || IsSendingOver) return;

        PeerStopCode = code;
        Reset(code);
        Raise(ReliableEventKind.Stopped);
    }

    private static void ThrowIfBad(long code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, FrameWriter.MaxNumber);
    }
}
