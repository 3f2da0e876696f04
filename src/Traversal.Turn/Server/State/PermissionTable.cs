using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The permissions of all allocations, found by allocation and IP address.</summary>
internal sealed class PermissionTable(RandomSource random)
{
    private Slots<Permission> _slots = new();
    private readonly SlotIndex _byAddress = new();
    private readonly HashSeed _seed = HashSeed.Create(random);

    public ref Permission this[int slot] => ref _slots[slot];

    /// <summary>Finds the permission for a peer, whose port does not matter.</summary>
    /// <returns>The slot, or <see cref="RelayMachine.NoSlot"/>.</returns>
    public int Find(int allocation, in TransportAddress peer)
    {
        uint hash = HashOf(allocation, in peer);
        uint position = SlotIndex.Begin(hash);
        while (true)
        {
            int slot = _byAddress.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot) return slot;

            ref readonly Permission permission = ref _slots[slot];
            if (permission.Allocation == allocation && permission.Address.HasSameAddress(in peer)) return slot;
        }
    }

    /// <summary>Adds a permission that is not there, at the head of the allocation's list.</summary>
    public int Add(ref Allocation owner, int allocation, in TransportAddress peer)
    {
        int slot = _slots.Take();
        ref Permission permission = ref _slots[slot];
        permission = default;
        permission.Allocation = allocation;
        permission.Address = peer.WithPort(0);
        permission.Next = owner.FirstPermission;
        owner.FirstPermission = slot;
        owner.PermissionCount++;
        _byAddress.Add(HashOf(allocation, in peer), slot);
        return slot;
    }

    /// <summary>Removes a permission that is in no list any more.</summary>
    public void Remove(ref Allocation owner, int slot)
    {
        ref readonly Permission permission = ref _slots[slot];
        _byAddress.Remove(HashOf(permission.Allocation, in permission.Address), slot);
        _slots.Release(slot);
        owner.PermissionCount--;
    }

    private uint HashOf(int allocation, in TransportAddress peer) => peer.WithPort(0).Hash(in _seed, (uint)allocation);
}
