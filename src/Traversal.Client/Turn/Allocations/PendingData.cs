using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>What applications send to peers before the server has permitted them: kept in order, up to a bound. Used while the machine is held.</summary>
internal sealed class PendingData
{
    public const int MaxDatagrams = 32;
    public const int MaxBytes = 64 << 10;

    private readonly List<PendingDatagram> _kept = [];
    private int _bytes;

    /// <summary>Keeps a copy.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryAdd(in TransportAddress peer, ReadOnlySpan<byte> data, bool dontFragment)
    {
        if (_kept.Count == MaxDatagrams || _bytes + data.Length > MaxBytes) return false;

        byte[] packet = new byte[TurnAllocation.Headroom + data.Length + TurnAllocation.Tailroom];
        data.CopyTo(packet.AsSpan(TurnAllocation.Headroom));
        _kept.Add(new PendingDatagram(peer, packet, data.Length, dontFragment));
        _bytes += data.Length;
        return true;
    }

    /// <summary>Takes the oldest for an address, whatever its port.</summary>
    public bool TryTake(in TransportAddress address, out PendingDatagram oldest)
    {
        TransportAddress wanted = address;
        int index = _kept.FindIndex(kept => kept.Peer.HasSameAddress(in wanted));
        oldest = index < 0 ? default : _kept[index];
        if (index < 0) return false;

        _kept.RemoveAt(index);
        _bytes -= oldest.Length;
        return true;
    }

    /// <summary>Forgets what is kept for an address.</summary>
    public int Drop(in TransportAddress address)
    {
        int dropped = 0;
        while (TryTake(in address, out _)) dropped++;
        return dropped;
    }
}
