using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A request of the state machine to its driver; see <see cref="RelayMachine.TryTakeCommand"/>.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Allocation">The allocation's handle.</param>
/// <param name="Relay">The socket to close; <see cref="SocketId.None"/> when one is to be opened.</param>
/// <param name="Address">The local address to open, or of the socket that is to be closed.</param>
public readonly record struct RelayCommand(RelayCommandKind Kind, int Allocation, SocketId Relay, TransportAddress Address);
