using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A request of the state machine to its driver; see <see cref="RelayMachine.TryTakeCommand"/>.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Allocation">The allocation's handle.</param>
/// <param name="Relay">The socket to close; <see cref="SocketId.None"/> when one is to be opened.</param>
/// <param name="Address">The local address to open, or of the socket that is to be closed; the peer to connect to.</param>
public readonly record struct RelayCommand(RelayCommandKind Kind, int Allocation, SocketId Relay, TransportAddress Address)
{
    /// <summary>The CONNECTION-ID of a connection with a peer (RFC 6062); 0 when the command is not about one.</summary>
    public uint Connection { get; init; }

    /// <summary>The client's connection that is to be bound, closed or trusted.</summary>
    public SocketId Client { get; init; }

    /// <summary>For <see cref="RelayCommandKind.Listen"/>: how many bytes a second the connections may carry together; 0 for no limit.</summary>
    public int BytesPerSecond { get; init; }
}
