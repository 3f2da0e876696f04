using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A client: the listener or connection and the address behind it. With the server's address, which the listener has, it is the 5-tuple.</summary>
internal readonly record struct ClientKey(TransportAddress Client, SocketId Via) : ITableKey<ClientKey>
{
    public uint Hash(in HashSeed seed) => Client.Hash(in seed, (uint)Via.Value);
}
