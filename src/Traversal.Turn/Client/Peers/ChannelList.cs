using Traversal.Primitives;

namespace Traversal.Turn.Client;

/// <summary>
/// The channels of an allocation by number and by peer. The numbers follow each other from a random one on, and one is taken again only when the server
/// cannot hold it for another peer any more.
/// </summary>
internal sealed class ChannelList(RandomSource random, int capacity)
{
    private const int Numbers = ChannelNumber.MaxValue - ChannelNumber.MinValue + 1;

    private readonly KeyedIndex<TransportAddress> _index = new(random);
    private readonly int _first = random.Next(Numbers);
    private PeerChannel[] _slots = [];

    public int Length { get; private set; }

    /// <summary>When the server is to be asked next.</summary>
    public MonotonicTime NextDue
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (ref readonly PeerChannel channel in _slots.AsSpan(0, Length)) next = MonotonicTime.Min(next, channel.DueAt);
            return next;
        }
    }

    public ref PeerChannel this[int slot] => ref _slots[slot];

    public ChannelNumber NumberOf(int slot) => new((ushort)(ChannelNumber.MinValue + (_first + slot) % Numbers));

    public bool TryFind(in TransportAddress peer, out int slot) => _index.TryGet(in peer, out slot);

    public bool TryFind(ChannelNumber number, out int slot)
    {
        slot = (number.Value - ChannelNumber.MinValue - _first + Numbers) % Numbers;
        return number.IsValid && slot < Length;
    }

    /// <summary>Takes a slot for a peer that has none.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryAdd(in TransportAddress peer, MonotonicTime now, out int slot)
    {
        if (!TryTakeSlot(now, out slot)) return false;

        _slots[slot] = new PeerChannel { Peer = peer, DueAt = MonotonicTime.Never };
        _index.TryAdd(in peer, slot);
        return true;
    }

    /// <summary>Tells the channels to an address until when it is permitted.</summary>
    public void SetPermitted(in TransportAddress address, MonotonicTime until)
    {
        foreach (ref PeerChannel channel in _slots.AsSpan(0, Length))
        {
            if (channel.Peer.HasSameAddress(in address)) channel.PermittedUntil = until;
        }
    }

    private bool TryTakeSlot(MonotonicTime now, out int slot)
    {
        if (Length < capacity)
        {
            slot = Length++;
            if (slot == _slots.Length) Array.Resize(ref _slots, Math.Min(capacity, Math.Max(4, slot * 2)));
            return true;
        }

        for (slot = 0; slot < Length; slot++)
        {
            ref PeerChannel channel = ref _slots[slot];
            if (channel.IsAsked || channel.BlockedUntil > now || !(channel.IsForgotten || channel.IsRefused)) continue;

            _index.Remove(in channel.Peer);
            return true;
        }

        return false;
    }
}
