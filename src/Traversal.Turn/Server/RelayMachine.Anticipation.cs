using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <content>
/// Looking ahead: with thousands of allocations each packet waits for its allocation to come from memory. So all of a batch are asked for first, which
/// the processor does side by side, and they wait once: for the index in one loop, for the allocations in the next, as a step that waits for the
/// one before it keeps fewer of them in flight.
/// </content>
public sealed partial class RelayMachine
{
    /// <summary>The handle of no allocation: of a datagram that did not come to a relay socket.</summary>
    public const int NoAllocation = 0;

    /// <summary>The hint of who has not anticipated.</summary>
    public const int NoHint = NoSlot;

    /// <summary>Fetches what the datagrams of a batch will need. Nothing depends on it but speed.</summary>
    /// <param name="batch">The datagrams.</param>
    /// <param name="allocations">For each the handle in the command that opened its socket; <see cref="NoAllocation"/> where it came to a listener.</param>
    /// <param name="hints">For each, what <see cref="ForwardData"/> and <see cref="OnClientDatagram"/> take. As long as the batch.</param>
    public void Anticipate(ReadOnlySpan<Datagram> batch, ReadOnlySpan<int> allocations, Span<int> hints) =>
        _ = _allocations.Anticipate(batch, allocations, hints);
}
