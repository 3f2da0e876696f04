using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>How a client is reached: its end of a 5-tuple, and the listener or connection that is the server's.</summary>
internal readonly record struct ClientPath(SocketId Via, TransportAddress Client) : ITableKey<ClientPath>
{
    public uint Hash(in HashSeed seed) => Client.Hash(in seed, (uint)Via.Value);
}
