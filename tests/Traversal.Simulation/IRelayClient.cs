using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A client of a <see cref="RelayServer"/> that has a connection of its own.</summary>
internal interface IRelayClient
{
    SocketId Id { get; }

    /// <summary>The client's end, as the server sees it.</summary>
    TransportAddress Client { get; }

    /// <summary>Sends a whole frame to the client.</summary>
    void Deliver(ReadOnlySpan<byte> frame);

    void Close();
}
