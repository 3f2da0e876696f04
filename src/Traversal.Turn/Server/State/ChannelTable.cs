using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The channels of all allocations, found by number and by peer. The first of an allocation stands in the allocation itself, as most have no other, and
/// is found without an index; the rest stand here, in a list for each allocation.
/// </summary>
internal sealed class ChannelTable(RandomSource random)
{
    /// <summary>The end of a walk over an allocation's channels.</summary>
    public const int End = RelayMachine.NoSlot;

    private const int FirstChannel = int.MaxValue;

    private Slots<Channel> _slots = new();
    private readonly SlotIndex _byNumber = new();
    private readonly SlotIndex _byPeer = new();
    private readonly HashSeed _seed = HashSeed.Create(random);

    /// <summary>Finds a channel by its number; a null reference when it is not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Channel Find(ref Allocation owner, int allocation, ChannelNumber number)
    {
        if (owner.First.Number.Value == number.Value) return ref owner.First;
        return ref FindOther(in owner, allocation, number);
    }

    /// <summary>Finds a channel by its peer; a null reference when it is not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Channel Find(ref Allocation owner, int allocation, scoped in TransportAddress peer)
    {
        if (owner.First.Peer.Equals(in peer)) return ref owner.First;
        return ref FindOther(in owner, allocation, in peer);
    }

    /// <summary>Where a walk over an allocation's channels begins.</summary>
    public static int Begin(ref readonly Allocation owner) => owner.First.IsBound ? FirstChannel : owner.FirstChannel;

    /// <summary>Where it goes on.</summary>
    public int Next(ref readonly Allocation owner, int position) => position == FirstChannel ? owner.FirstChannel : _slots[position].Next;

    /// <summary>The channel at a position of the walk.</summary>
    public ref Channel At(ref Allocation owner, int position)
    {
        if (position == FirstChannel) return ref owner.First;
        return ref _slots[position];
    }

    /// <summary>Adds a channel whose number and peer are free.</summary>
    public ref Channel Add(ref Allocation owner, int allocation, ChannelNumber number, scoped in TransportAddress peer)
    {
        owner.ChannelCount++;
        ref Channel channel = ref owner.First;
        if (owner.First.IsBound)
        {
            int slot = _slots.Take();
            channel = ref _slots[slot];
            channel = default;
            channel.Next = owner.FirstChannel;
            owner.FirstChannel = slot;
            _byNumber.Add(HashOf(allocation, number), slot);
            _byPeer.Add(HashOf(allocation, in peer), slot);
        }

        channel.Allocation = allocation;
        channel.Number = number;
        channel.Peer = peer;
        return ref channel;
    }

    /// <summary>Removes the channels of an allocation that are doomed.</summary>
    public void RemoveDoomed(ref Allocation owner)
    {
        if (owner.First.IsDoomed)
        {
            owner.First = default;
            owner.ChannelCount--;
        }

        ref int link = ref owner.FirstChannel;
        while (link != End)
        {
            int slot = link;
            ref Channel channel = ref _slots[slot];
            if (!channel.IsDoomed)
            {
                link = ref channel.Next;
                continue;
            }

            link = channel.Next;
            _byNumber.Remove(HashOf(channel.Allocation, channel.Number), slot);
            _byPeer.Remove(HashOf(channel.Allocation, in channel.Peer), slot);
            _slots.Release(slot);
            owner.ChannelCount--;
        }
    }

    [MethodImpl(RelayMachine.DataPath)]
    private ref Channel FindOther(scoped ref readonly Allocation owner, int allocation, ChannelNumber number)
    {
        if (owner.FirstChannel == End) return ref Unsafe.NullRef<Channel>();

        uint hash = HashOf(allocation, number);
        uint position = SlotIndex.Begin(hash);
        while (true)
        {
            int slot = _byNumber.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot) return ref Unsafe.NullRef<Channel>();

            ref Channel channel = ref _slots[slot];
            if (channel.Number == number && channel.Allocation == allocation) return ref channel;
        }
    }

    [MethodImpl(RelayMachine.DataPath)]
    private ref Channel FindOther(scoped ref readonly Allocation owner, int allocation, scoped in TransportAddress peer)
    {
        if (owner.FirstChannel == End) return ref Unsafe.NullRef<Channel>();

        uint hash = HashOf(allocation, in peer);
        uint position = SlotIndex.Begin(hash);
        while (true)
        {
            int slot = _byPeer.Next(hash, ref position);
            if (slot == RelayMachine.NoSlot) return ref Unsafe.NullRef<Channel>();

            ref Channel channel = ref _slots[slot];
            if (channel.Allocation == allocation && channel.Peer.Equals(in peer)) return ref channel;
        }
    }

    private uint HashOf(int allocation, ChannelNumber number) => _seed.Hash((ulong)(uint)allocation << 16 | number.Value);

    private uint HashOf(int allocation, in TransportAddress peer) => peer.Hash(in _seed, (uint)allocation);
}
