using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A peer, or with port 0 all peers of an IP address, as an allocation sees it.</summary>
internal readonly record struct PeerKey(TransportAddress Peer, int Allocation) : ITableKey<PeerKey>
{
    public uint Hash(in HashSeed seed) => Peer.Hash(in seed, (uint)Allocation);
}
