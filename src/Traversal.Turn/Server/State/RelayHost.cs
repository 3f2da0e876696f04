using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// A relay address with its ports and, for each port, which allocation is live there. Any shard's thread may ask; changes are made under the lock
/// of the group.
/// </summary>
internal sealed class RelayHost(int number, in TransportAddress local, in TransportAddress external, PortPool ports)
{
    private const int ShardShift = 32;

    // No shard has so high a number.
    private const ulong Listening = 1UL << 63;

    // One number for each port: 0, or shard and handle of the allocation, or that it listens.
    private readonly ulong[] _live = new ulong[ushort.MaxValue + 1];

    // One bit for each port, whether an allocation of datagrams is live there: most packets ask about a port that has none, and 8 KiB stay near.
    private readonly ulong[] _isLive = new ulong[(ushort.MaxValue + 1) / 64];
    private readonly TransportAddress _local = local.WithPort(0);
    private readonly TransportAddress _external = external.IsNone ? local.WithPort(0) : external.WithPort(0);

    /// <summary>The place in the group's list.</summary>
    public int Number { get; } = number;

    /// <summary>The address to open sockets on; the port is 0.</summary>
    public ref readonly TransportAddress Local => ref _local;

    /// <summary>The address that clients and peers know; the port is 0.</summary>
    public ref readonly TransportAddress External => ref _external;

    public PortPool Ports { get; } = ports;

    /// <summary>Says which allocation is live at a port, if any.</summary>
    /// <param name="port">The port.</param>
    /// <param name="shard">The number of its machine.</param>
    /// <param name="handle">Its handle there.</param>
    public bool TryGetLive(ushort port, out int shard, out int handle)
    {
        bool isLive = (Volatile.Read(ref _isLive[port / 64]) >> port & 1) != 0;
        ulong packed = isLive ? Volatile.Read(ref _live[port]) : 0;
        shard = (int)(packed >> ShardShift);
        handle = (int)packed;
        return packed != 0;
    }

    public void SetLive(ushort port, int shard, int handle)
    {
        Volatile.Write(ref _live[port], (ulong)shard << ShardShift | (uint)handle);
        Interlocked.Or(ref _isLive[port / 64], 1UL << port);
    }

    /// <summary>Whether a TCP allocation (RFC 6062) has the port.</summary>
    public bool IsListening(ushort port) => Volatile.Read(ref _live[port]) == Listening;

    public void SetListening(ushort port) => Volatile.Write(ref _live[port], Listening);

    public void SetDead(ushort port)
    {
        Interlocked.And(ref _isLive[port / 64], ~(1UL << port));
        Volatile.Write(ref _live[port], 0);
    }

    public bool HasAddress(in TransportAddress address) => _external.HasSameAddress(in address) || _local.HasSameAddress(in address);
}
