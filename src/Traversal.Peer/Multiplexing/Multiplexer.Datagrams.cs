using Traversal.Peer.Multiplexing.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

public sealed partial class Multiplexer
{
    private DatagramQueue? _leaving, _arriving;
    private int _datagramLength;
    private bool _isDatagramDropped;

    /// <summary>The length of the datagram that <see cref="TryTakeDatagram"/> gives next; null where there is none.</summary>
    public int? NextDatagramLength => _arriving is { Count: > 0 } ? _arriving.FirstLength : null;

    /// <summary>Sends a datagram: whole or not at all, not in order with streams, and not sent again where it was dropped.</summary>
    /// <param name="payload">Its bytes, which are copied.</param>
    /// <returns>
    /// False where it was dropped: it is longer than <see cref="MultiplexerOptions.MaxDatagramLength"/>, 64 of them or 256 KB wait already, or the multiplexer is
    /// closed.
    /// </returns>
    public bool TrySendDatagram(ReadOnlySpan<byte> payload)
    {
        if (!IsClosed && MayUse && payload.Length <= Options.MaxDatagramLength && (_leaving ??= new DatagramQueue()).TryAppend(payload))
        {
            _leaving.Complete();
            Counters.DatagramsSent++;
            return true;
        }

        Counters.DatagramsDropped++;
        return false;
    }

    /// <summary>Takes the next datagram that has come. At most 64 of them and 256 KB wait; what comes beyond is dropped.</summary>
    /// <param name="destination">Where it goes; it is dropped where it does not fit.</param>
    /// <param name="length">Its length.</param>
    /// <returns>False where there is none.</returns>
    public bool TryTakeDatagram(Span<byte> destination, out int length)
    {
        while (_arriving is { Count: > 0 })
        {
            length = _arriving.FirstLength;
            if (length <= destination.Length)
            {
                _arriving.Take(destination[..length]);
                return true;
            }

            _arriving.Drop();
            Counters.DatagramsDropped++;
        }

        length = 0;
        return false;
    }

    private void ReadDatagram(ReadOnlySpan<byte> bytes)
    {
        if (_isDatagramDropped) return;

        _datagramLength += bytes.Length;
        _isDatagramDropped = _datagramLength > Options.MaxDatagramLength || !(_arriving ??= new DatagramQueue()).TryAppend(bytes);
        if (_isDatagramDropped) _arriving?.Abandon();
    }

    private void EndDatagram()
    {
        if (_datagramLength == 0) ReadDatagram([]);
        if (_isDatagramDropped) Counters.DatagramsDropped++;
        else
        {
            _arriving ??= new DatagramQueue();
            _arriving.Complete();
            Counters.DatagramsReceived++;
            _pendingEvents |= MultiplexerEventKind.Datagram;
        }

        _datagramLength = 0;
        _isDatagramDropped = false;
    }

    private void WriteDatagram(ref FrameWriter writer)
    {
        int room = Math.Min(writer.Room, MultiplexerLimits.MaxFrameLength) - MultiplexerLimits.MaxFrameHead;
        int length = Math.Min(_leaving!.FirstLength, room);
        writer.WriteByte((byte)(length == _leaving.FirstLength ? MultiplexerFrame.Datagram : MultiplexerFrame.DatagramPart));
        writer.Write(length);
        _leaving.Take(writer.Take(length));
    }
}
