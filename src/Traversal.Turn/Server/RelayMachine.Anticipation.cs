using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Looking ahead: with thousands of allocations each packet waits for its allocation to come from memory. A driver that has a batch of packets asks for
/// all of them first, which the processor does side by side, so that they wait once: for the index in one loop, for the allocations in the next, as
/// a step that waits for the one before it keeps fewer of them in flight.
/// </summary>
public sealed partial class RelayMachine
{
    // Written so that the reading is not optimised away.
    private ulong _touched;

    /// <summary>The hint of who has not anticipated.</summary>
    public const int NoHint = NoSlot;

    /// <summary>The first step: fetches where a packet's client is looked up. Nothing depends on it but speed.</summary>
    /// <returns>What <see cref="Anticipate"/> takes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Foresee(SocketId via, in TransportAddress client) => (int)_allocations.Foresee(via, in client, ref _touched);

    /// <summary>The second step: fetches what the packet will need.</summary>
    /// <param name="foreseen">What <see cref="Foresee"/> returned.</param>
    /// <returns>A hint for <see cref="OnClientDatagram"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Anticipate(int foreseen)
    {
        int slot = _allocations.Guess((uint)foreseen);
        if (slot != NoSlot)
        {
            ref readonly Allocation allocation = ref _allocations[slot];
            _touched = (ulong)(allocation.Via.Value ^ allocation.First.ExpiresAt.Nanoseconds);
        }

        return slot;
    }

    /// <summary>Fetches what a packet of a peer will need; see <see cref="Anticipate"/>.</summary>
    /// <param name="allocation">The handle in the command that opened the socket.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AnticipatePeer(int allocation)
    {
        ref Allocation owner = ref _allocations.TryFind(allocation, out int slot);
        if (slot != NoSlot) _touched = (ulong)(owner.Via.Value ^ owner.First.ExpiresAt.Nanoseconds ^ owner.BytesToClient);
    }
}
