using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// A relay address with its ports and, for each port, which allocation is live there. Any shard's thread may ask; changes are made under the lock
/// of the group.
/// </summary>
internal sealed class RelayHost(int number, in TransportAddress local, in TransportAddress external, PortPool ports)
{
    // One number for each port: 0, or shard and slot of the allocation.
    private readonly int[] _live = new int[ushort.MaxValue + 1];
    private readonly TransportAddress _local = local.WithPort(0);
    private readonly TransportAddress _external = external.IsNone ? local.WithPort(0) : external.WithPort(0);

    /// <summary>The place in the group's list.</summary>
    public int Number { get; } = number;

    /// <summary>The address to open sockets on; the port is 0.</summary>
    public ref readonly TransportAddress Local => ref _local;

    /// <summary>The address that clients and peers know; the port is 0.</summary>
    public ref readonly TransportAddress External => ref _external;

    /// <summary>Whether the two differ.</summary>
    public bool IsTranslated => !_local.Equals(in _external);

    public PortPool Ports { get; } = ports;

    /// <summary>Says which allocation is live at a port, if any.</summary>
    public bool TryGetLive(ushort port, out int shard, out int index)
    {
        int packed = Volatile.Read(ref _live[port]) - 1;
        shard = packed >> ShardShift;
        index = packed & AllocationHandle.MaxIndex;
        return packed >= 0;
    }

    public void SetLive(ushort port, int shard, int index) => Volatile.Write(ref _live[port], (shard << ShardShift | index) + 1);

    public void SetDead(ushort port) => Volatile.Write(ref _live[port], 0);

    public bool HasAddress(in TransportAddress address) => _external.HasSameAddress(in address) || _local.HasSameAddress(in address);

    /// <summary>Slots have 22 bits, so 9 are left for the shard.</summary>
    private const int ShardShift = 22;
}
