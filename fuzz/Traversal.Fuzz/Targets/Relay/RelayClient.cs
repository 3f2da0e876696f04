using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>A client of the relay under test, and where it reaches the server.</summary>
/// <param name="Via">Its listener or connection.</param>
/// <param name="Address">Its address.</param>
/// <param name="Server">The server's end.</param>
/// <param name="IsStream">Whether it has a connection.</param>
internal sealed record RelayClient(SocketId Via, TransportAddress Address, TransportAddress Server, bool IsStream);
