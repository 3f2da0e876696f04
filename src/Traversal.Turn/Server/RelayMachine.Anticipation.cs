using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Looking ahead: with thousands of allocations each packet waits for its allocation to come from memory. A driver that has a batch of packets asks for
/// all of them first, which the processor does side by side, so that they wait once.
/// </summary>
public sealed partial class RelayMachine
{
    // Written so that the reading is not optimised away.
    private long _touched;

    /// <summary>The hint of who has not anticipated.</summary>
    public const int NoHint = NoSlot;

    /// <summary>Fetches what a packet of a client will need. Nothing depends on it but speed.</summary>
    /// <returns>A hint for <see cref="OnClientDatagram"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Anticipate(SocketId via, in TransportAddress client)
    {
        ref Allocation allocation = ref _allocations.Find(via, in client, out int slot);
        if (slot != NoSlot) Touch(in allocation);
        return slot;
    }

    /// <summary>Fetches what a packet of a peer will need; see <see cref="Anticipate"/>.</summary>
    /// <param name="allocation">The handle in the command that opened the socket.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AnticipatePeer(int allocation)
    {
        ref Allocation owner = ref _allocations.TryFind(allocation, out int slot);
        if (slot != NoSlot) Touch(in owner);
    }

    // An allocation spans several cache lines: each is read once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Touch(ref readonly Allocation allocation)
    {
        _touched = allocation.BytesToPeers ^ allocation.First.RouteVersion;
    }
}
