using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A client whose allocation another machine has: the number of the listener in the group, and the client's address.</summary>
internal readonly record struct Stranger(int Listener, TransportAddress Client) : ITableKey<Stranger>
{
    public uint Hash(in HashSeed seed) => Client.Hash(in seed, (uint)Listener);
}
