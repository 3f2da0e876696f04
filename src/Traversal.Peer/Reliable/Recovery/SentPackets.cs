namespace Traversal.Peer.Reliable.Recovery;

/// <summary>The packets of which something may still be heard, by their numbers, which follow on each other.</summary>
internal sealed class SentPackets
{
    /// <summary>The most of them.</summary>
    public const int MaxCount = 32 * 1024;

    private SentPacket[] _packets = new SentPacket[32];

    /// <summary>The lowest number that is kept.</summary>
    public long First { get; private set; }

    /// <summary>The number of the next packet.</summary>
    public long Next { get; private set; }

    /// <summary>Whether there is no room for another.</summary>
    public bool IsFull => Next - First >= MaxCount;

    /// <summary>The packet of a number that is kept.</summary>
    public ref SentPacket this[long number] => ref _packets[(int)(number & (_packets.Length - 1))];

    /// <summary>Makes room for the next packet.</summary>
    public ref SentPacket Add()
    {
        if (Next - First == _packets.Length) Grow();
        return ref this[Next++];
    }

    /// <summary>Forgets those at the front of which nothing is waited for.</summary>
    public void Trim()
    {
        for (; First < Next && this[First].State == SentPacketState.Done; First++) this[First].Conversation = null;
    }

    private void Grow()
    {
        var packets = new SentPacket[_packets.Length * 2];
        for (long number = First; number < Next; number++) packets[(int)(number & (packets.Length - 1))] = this[number];
        _packets = packets;
    }
}
