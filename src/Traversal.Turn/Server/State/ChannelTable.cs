using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The channels of all allocations, found by client and number, as ChannelData names them, and by allocation and peer.</summary>
internal sealed class ChannelTable(AllocationTable allocations, RandomSource random)
{
    private readonly Slab<Channel> _slots = new(int.MaxValue);
    private readonly SlotIndex _byNumber = new();
    private readonly SlotIndex _byPeer = new();
    private readonly HashSeed _seed = HashSeed.Create(random);

    public ref Channel this[int slot] => ref _slots[slot];

    public int FindByNumber(SocketId via, in TransportAddress client, ChannelNumber number)
    {
        uint hash = HashOf(via, in client, number);
        uint position = hash;
        while (true)
        {
            int slot = _byNumber.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot) return slot;

            ref readonly Channel channel = ref _slots[slot];
            if (channel.Number == number && allocations[channel.Allocation].IsOf(via, in client)) return slot;
        }
    }

    public int FindByPeer(int allocation, in TransportAddress peer)
    {
        uint hash = HashOf(allocation, in peer);
        uint position = hash;
        while (true)
        {
            int slot = _byPeer.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot) return slot;

            ref readonly Channel channel = ref _slots[slot];
            if (channel.Allocation == allocation && channel.Peer.Equals(in peer)) return slot;
        }
    }

    /// <summary>Adds a channel whose number and peer are free, at the heads of the lists of its allocation and its permission.</summary>
    public int Add(ref Allocation owner, int allocation, ref Permission permitting, int permission, ChannelNumber number, in TransportAddress peer)
    {
        bool taken = _slots.TryTake(out int slot);
        System.Diagnostics.Debug.Assert(taken, "The limits on allocations and their channels are the limit.");
        ref Channel channel = ref _slots[slot];
        channel.Allocation = allocation;
        channel.Number = number;
        channel.Peer = peer;
        channel.Permission = permission;
        channel.Next = owner.FirstChannel;
        channel.NextOfPermission = permitting.FirstChannel;
        owner.FirstChannel = permitting.FirstChannel = slot;
        owner.ChannelCount++;
        _byNumber.Add(HashOf(owner.Via, in owner.Client, number), slot);
        _byPeer.Add(HashOf(allocation, in peer), slot);
        return slot;
    }

    /// <summary>Removes a channel that is not in its allocation's list any more; from its permission's list it is taken here.</summary>
    public void Remove(ref Allocation owner, ref Permission permitting, int slot)
    {
        ref readonly Channel channel = ref _slots[slot];
        _byNumber.Remove(HashOf(owner.Via, in owner.Client, channel.Number), slot);
        _byPeer.Remove(HashOf(channel.Allocation, in channel.Peer), slot);
        ref int link = ref permitting.FirstChannel;
        while (link != slot) link = ref _slots[link].NextOfPermission;
        link = channel.NextOfPermission;
        _slots.Release(slot);
        owner.ChannelCount--;
    }

    private uint HashOf(SocketId via, in TransportAddress client, ChannelNumber number) =>
        client.Hash(in _seed, (ulong)(uint)via.Value << 16 | number.Value);

    private uint HashOf(int allocation, in TransportAddress peer) => peer.Hash(in _seed, (uint)allocation);
}
