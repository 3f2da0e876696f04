using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The allocations, found by slot, by handle, and by client: the listener or connection and the address behind it.</summary>
internal sealed class AllocationTable(RandomSource random, int limit)
{
    private readonly Slab<Allocation> _slots = new(limit);
    private readonly SlotIndex _byClient = new();
    private readonly HashSeed _seed = HashSeed.Create(random);

    public int Count => _slots.Count;

    /// <summary>The end of a walk over all slots.</summary>
    public int End => _slots.End;

    public ref Allocation this[int slot] => ref _slots[slot];

    public bool IsTaken(int slot) => _slots.IsTaken(slot);

    public int Find(SocketId via, in TransportAddress client)
    {
        uint hash = HashOf(via, in client);
        uint position = hash;
        while (true)
        {
            int slot = _byClient.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot || _slots[slot].IsOf(via, in client)) return slot;
        }
    }

    /// <summary>Finds what a driver means by a handle; a released slot has handle 0, which is nobody's.</summary>
    public bool TryFind(int handle, out int slot)
    {
        slot = AllocationHandle.IndexOf(handle);
        return slot < _slots.End && _slots.Peek(slot).Handle == handle && handle != 0;
    }

    /// <summary>Adds an allocation for a client that has none.</summary>
    /// <returns>The slot, or <see cref="RelayMachine.NoSlot"/> at the limit.</returns>
    public int Add(SocketId via, in TransportAddress client)
    {
        if (!_slots.TryTake(out int slot)) return RelayMachine.NoSlot;

        ref Allocation allocation = ref _slots[slot];
        allocation.Via = via;
        allocation.Client = client;
        allocation.Handle = AllocationHandle.Of(_slots.HandleOf(slot));
        allocation.FirstPermission = allocation.FirstChannel = RelayMachine.NoSlot;
        allocation.SweepAt = allocation.TimerAt = MonotonicTime.Never;
        _byClient.Add(HashOf(via, in client), slot);
        return slot;
    }

    public void Remove(int slot)
    {
        ref Allocation allocation = ref _slots[slot];
        _byClient.Remove(HashOf(allocation.Via, in allocation.Client), slot);
        _slots.Release(slot);
    }

    private uint HashOf(SocketId via, in TransportAddress client) => client.Hash(in _seed, (uint)via.Value);
}
