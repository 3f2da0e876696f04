using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>What a mobile allocation has beside the others: its tickets, and where its client is about to be (RFC 8016 section 3.2.2).</summary>
internal sealed class MobileAllocation(in TransportAddress charged, ulong ticket, int shard)
{
    /// <summary>The source whose quota it counts in, wherever its client goes.</summary>
    public TransportAddress Charged { get; set; } = charged;

    /// <summary>The number of the ticket that moves it.</summary>
    public ulong Ticket { get; private set; } = ticket;

    /// <summary>The number of the ticket that moved it last, good for a retransmission of that request only; 0 for none.</summary>
    public ulong Redeemed { get; private set; }

    /// <summary>The path by which the last ticket was redeemed.</summary>
    public ClientPath Newest { get; private set; }

    /// <summary>The client's address by <see cref="Newest"/>, which is another one where a proxy is between.</summary>
    public TransportAddress NewestSource { get; private set; }

    /// <summary>The machine that the datagrams of <see cref="Newest"/> reach.</summary>
    public int NewestShard { get; private set; } = shard;

    /// <summary>The machine that the datagrams of the present path reach.</summary>
    public int Shard { get; set; } = shard;

    /// <summary>Whether the client has not sent data by <see cref="Newest"/> yet.</summary>
    public bool IsPending { get; set; }

    public void Redeem(ulong next, in ClientPath path, in TransportAddress source, int shard)
    {
        (Redeemed, Ticket) = (Ticket, next);
        (Newest, NewestSource, NewestShard) = (path, source, shard);
        IsPending = true;
    }
}
