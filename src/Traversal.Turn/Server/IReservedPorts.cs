using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Keeps other programs of the machine off the ports that are reserved for later allocations (RFC 8656 section 7.2), as an open socket does. A
/// <see cref="RelayGroup"/> asks under its lock, from any machine's thread, so it must be quick and may not call back.
/// </summary>
public interface IReservedPorts
{
    /// <summary>Takes a port until <see cref="Release"/>.</summary>
    /// <param name="local">The relay address and the port, which the group has given to nobody.</param>
    /// <returns>Whether it was to be had; false where another program has it.</returns>
    bool TryHold(in TransportAddress local);

    /// <summary>Gives back what <see cref="TryHold"/> took: the relay's own socket is opened next, or the reservation is over.</summary>
    void Release(in TransportAddress local);
}
