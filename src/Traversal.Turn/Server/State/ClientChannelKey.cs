using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>A channel as ChannelData names it.</summary>
internal readonly record struct ClientChannelKey(TransportAddress Client, SocketId Via, ChannelNumber Number) : ITableKey<ClientChannelKey>
{
    public uint Hash(in HashSeed seed) => Client.Hash(in seed, (ulong)(uint)Via.Value << 16 | Number.Value);
}
