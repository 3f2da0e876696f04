using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The allocations, found by slot, by handle, and by client: the listener or connection and the address behind it.</summary>
internal sealed class AllocationTable(RandomSource random, int limit)
{
    private Slots<Allocation> _slots = new();
    private readonly SlotIndex _byClient = new();
    private readonly HashSeed _seed = HashSeed.Create(random);

    public int Count => _slots.Count;

    /// <summary>The end of a walk over all slots.</summary>
    public int End => _slots.End;

    public ref Allocation this[int slot] => ref _slots[slot];

    /// <summary>Every slot, those included that are not taken.</summary>
    public Span<Allocation> All => _slots.All;

    public bool IsTaken(int slot) => _slots.IsTaken(slot);

    /// <summary>Finds the allocation of a client; a null reference when it has none.</summary>
    [MethodImpl(RelayMachine.DataPath)]
    public ref Allocation Find(SocketId via, scoped in TransportAddress client, out int slot)
    {
        uint hash = HashOf(via, in client);
        uint position = SlotIndex.Begin(hash);
        while (true)
        {
            slot = _byClient.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot) return ref Unsafe.NullRef<Allocation>();

            ref Allocation allocation = ref _slots[slot];
            if (allocation.IsOf(via, in client)) return ref allocation;
        }
    }

    /// <summary>The same, with a slot in which it was a moment ago.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Allocation Find(SocketId via, scoped in TransportAddress client, int hint, out int slot)
    {
        Span<Allocation> slots = _slots.All;
        if ((uint)hint < (uint)slots.Length)
        {
            ref Allocation allocation = ref slots[hint];
            slot = hint;
            if (allocation.IsOf(via, in client)) return ref allocation;
        }

        return ref Find(via, in client, out slot);
    }

    /// <summary>
    /// Finds where the clients of a batch probably are, and reads what packets from them or for them will need: all places of the index before the first
    /// allocation.
    /// </summary>
    /// <param name="batch">The datagrams.</param>
    /// <param name="handles">For each the handle of its socket's allocation; <see cref="RelayMachine.NoAllocation"/> where it came to a listener.</param>
    /// <param name="slots">For each, where its client's allocation probably is; <see cref="RelayMachine.NoSlot"/> where it has none or is a peer's.</param>
    /// <returns>A sum of what was read, so that it is not optimised away.</returns>
    [MethodImpl(RelayMachine.DataPath)]
    public ulong Anticipate(ReadOnlySpan<Datagram> batch, ReadOnlySpan<int> handles, Span<int> slots)
    {
        // So that the compiler knows that they are no shorter.
        handles = handles[..batch.Length];
        slots = slots[..batch.Length];
        ulong read = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            if (handles[i] != RelayMachine.NoAllocation) continue;

            uint hash = HashOf(batch[i].Socket, batch[i].Remote);
            slots[i] = (int)hash;
            read ^= _byClient.Touch(hash);
        }

        ReadOnlySpan<Allocation> allocations = _slots.All;
        for (int i = 0; i < batch.Length; i++)
        {
            bool isClient = handles[i] == RelayMachine.NoAllocation;
            int slot = isClient ? _byClient.Guess((uint)slots[i]) : AllocationHandle.IndexOf(handles[i]);
            if ((uint)slot < (uint)allocations.Length) read ^= isClient ? allocations[slot].TouchForPeer() : allocations[slot].TouchForClient();
            slots[i] = isClient ? slot : RelayMachine.NoSlot;
        }

        return read;
    }

    /// <summary>Finds what a driver means by a handle; null when that is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Allocation TryFind(int handle, out int slot)
    {
        slot = AllocationHandle.IndexOf(handle);
        if (slot < _slots.End && handle > 0)
        {
            ref Allocation allocation = ref _slots[slot];
            if (allocation.Handle == handle) return ref allocation;
        }

        slot = RelayMachine.NoSlot;
        return ref Unsafe.NullRef<Allocation>();
    }

    /// <summary>Adds an allocation for a client that has none.</summary>
    /// <returns>The slot, or <see cref="RelayMachine.NoSlot"/> at the limit.</returns>
    public int Add(SocketId via, in TransportAddress client)
    {
        if (_slots.Count == limit) return RelayMachine.NoSlot;

        int slot = _slots.Take();
        ref Allocation allocation = ref _slots[slot];
        allocation.Via = via;
        allocation.Client = client;
        allocation.Handle = AllocationHandle.Next(slot, allocation.Handle < 0 ? ~allocation.Handle : 0);
        allocation.FirstPermission = allocation.FirstChannel = allocation.Second = RelayMachine.NoSlot;
        allocation.SweepAt = allocation.TimerAt = MonotonicTime.Never;
        _byClient.Add(HashOf(via, in client), slot);
        return slot;
    }

    /// <summary>Gives an allocation to a client at another place.</summary>
    public void Move(int slot, SocketId via, in TransportAddress client)
    {
        ref Allocation allocation = ref _slots[slot];
        _byClient.Remove(HashOf(allocation.Via, in allocation.Client), slot);
        (allocation.Via, allocation.Client) = (via, client);
        _byClient.Add(HashOf(via, in client), slot);
    }

    public void Remove(int slot)
    {
        ref Allocation allocation = ref _slots[slot];
        _byClient.Remove(HashOf(allocation.Via, in allocation.Client), slot);

        // No handle is negative, and the next holder's follows from it.
        int handle = allocation.Handle;
        allocation = default;
        allocation.Handle = ~handle;
        _slots.Release(slot);
    }

    private uint HashOf(SocketId via, in TransportAddress client) => client.Hash(in _seed, (uint)via.Value);
}
