using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <summary>The permissions of an allocation by slot and by IP address.</summary>
internal sealed class PermissionList(RandomSource random, int capacity)
{
    private readonly KeyedIndex<TransportAddress> _index = new(random);
    private readonly Stack<int> _free = new();
    private PeerPermission[] _slots = [];

    /// <summary>How many slots there are. What is free is never due.</summary>
    public int Length { get; private set; }

    /// <summary>When the server is to be asked next.</summary>
    public MonotonicTime NextDue
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (ref readonly PeerPermission permission in _slots.AsSpan(0, Length)) next = MonotonicTime.Min(next, permission.DueAt);
            return next;
        }
    }

    public ref PeerPermission this[int slot] => ref _slots[slot];

    public bool TryFind(in TransportAddress peer, out int slot) => _index.TryGet(peer.WithPort(0), out slot);

    /// <summary>Finds a slot or takes one, in need that of a peer that nobody wants or that was refused.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryAdd(in TransportAddress peer, MonotonicTime now, out int slot)
    {
        if (TryFind(in peer, out slot)) return true;
        if (_index.Count == capacity) FreeUnwanted(now);
        if (_index.Count == capacity) return false;

        if (!_free.TryPop(out slot))
        {
            slot = Length++;
            if (slot == _slots.Length) Array.Resize(ref _slots, Math.Min(capacity, Math.Max(4, slot * 2)));
        }

        _slots[slot] = new PeerPermission { Address = peer.WithPort(0), DueAt = MonotonicTime.Never };
        _index.TryAdd(in _slots[slot].Address, slot);
        return true;
    }

    private void FreeUnwanted(MonotonicTime now)
    {
        for (int slot = 0; slot < Length; slot++)
        {
            ref PeerPermission permission = ref _slots[slot];
            if (permission.Address.IsNone || permission.IsActive(now) || !(permission.IsForgotten || permission.IsRefused)) continue;

            _index.Remove(in permission.Address);
            permission = new PeerPermission { DueAt = MonotonicTime.Never };
            _free.Push(slot);
        }
    }
}
