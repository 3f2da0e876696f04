using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>The ports in reserve. Each is charged to a quota, which bounds them. Used under the lock of the group.</summary>
internal sealed class ReservationTable
{
    /// <summary>How long a port is held at least (RFC 8656 section 7.2).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<ulong, LinkedListNode<Reservation>> _byToken = [];
    private readonly LinkedList<Reservation> _byExpiry = new();

    public int Count => _byToken.Count;

    /// <summary>Draws a token that is not in use; 0 is none.</summary>
    public ulong NewToken(RandomSource random)
    {
        ulong token;
        do token = random.NextUInt64();
        while (token == 0 || _byToken.ContainsKey(token));
        return token;
    }

    public void Add(in Reservation reservation) => _byToken.Add(reservation.Token, _byExpiry.AddLast(reservation));

    public bool TryRemove(ulong token, out Reservation reservation)
    {
        if (!_byToken.Remove(token, out LinkedListNode<Reservation>? node))
        {
            reservation = default;
            return false;
        }

        reservation = node.Value;
        _byExpiry.Remove(node);
        return true;
    }

    /// <summary>Takes one whose time is over; all last equally long, so the oldest is first.</summary>
    public bool TryTakeExpired(MonotonicTime now, out Reservation reservation)
    {
        reservation = _byExpiry.First?.Value ?? default;
        return _byExpiry.First is not null && reservation.ExpiresAt <= now && TryRemove(reservation.Token, out reservation);
    }
}
