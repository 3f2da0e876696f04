using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>An address of this machine and the interface that has it.</summary>
/// <param name="Address">The address; the port is 0, and a link-local one has its scope.</param>
/// <param name="PrefixLength">How many bits of the address name its network.</param>
/// <param name="InterfaceName">The system's name of the interface.</param>
/// <param name="InterfaceIndex">The system's number of the interface.</param>
/// <param name="Kind">What the interface is, as far as the system says.</param>
public readonly record struct InterfaceAddress(
    TransportAddress Address, int PrefixLength, string InterfaceName, int InterfaceIndex, InterfaceKind Kind);
