using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>A relay socket that a machine has asked for.</summary>
/// <param name="Handle">The allocation's handle.</param>
/// <param name="Address">Where it is to be opened.</param>
/// <param name="Client">The number of the client who is to have it; -1 for nobody.</param>
/// <param name="Key">What the client's request was signed with; null for nobody.</param>
/// <param name="Socket">Its number, once it is open.</param>
internal sealed record RelaySocket(int Handle, TransportAddress Address, int Client, RelayKey? Key, SocketId Socket = default);
