using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Sockets;

/// <summary>Datagrams in the order of their coming, in two rings of a fixed size, which are made when the first one is kept.</summary>
internal sealed class DatagramRing(int maxDatagrams, int maxBytes)
{
    private (TransportAddress Peer, int Length)[] _heads = [];
    private byte[] _bytes = [];
    private int _first;
    private int _count;
    private int _start;
    private int _filled;

    /// <summary>Keeps a datagram.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryAdd(in TransportAddress peer, ReadOnlySpan<byte> data)
    {
        if (_count == maxDatagrams || _filled + data.Length > maxBytes) return false;
        if (_bytes.Length == 0) (_heads, _bytes) = (new (TransportAddress, int)[maxDatagrams], new byte[maxBytes]);

        _heads[(_first + _count++) % maxDatagrams] = (peer, data.Length);
        int end = (_start + _filled) % maxBytes, straight = Math.Min(data.Length, maxBytes - end);
        data[..straight].CopyTo(_bytes.AsSpan(end));
        data[straight..].CopyTo(_bytes);
        _filled += data.Length;
        return true;
    }

    /// <summary>Gives back the memory, and what is kept.</summary>
    public void Release()
    {
        (_heads, _bytes) = ([], []);
        _first = _count = _start = _filled = 0;
    }

    /// <summary>Takes the oldest; of one that is longer than the buffer the end is lost.</summary>
    public bool TryTake(Span<byte> buffer, out ReceivedDatagram oldest)
    {
        oldest = default;
        if (_count == 0) return false;

        (TransportAddress peer, int whole) = _heads[_first];
        int length = Math.Min(whole, buffer.Length), straight = Math.Min(length, maxBytes - _start);
        _bytes.AsSpan(_start, straight).CopyTo(buffer);
        _bytes.AsSpan(0, length - straight).CopyTo(buffer[straight..]);
        oldest = new ReceivedDatagram(length < whole ? NetworkStatus.TooLong : NetworkStatus.Ok, length, peer);
        _first = (_first + 1) % maxDatagrams;
        _start = (_start + whole) % maxBytes;
        _filled -= whole;
        _count--;
        return true;
    }
}
