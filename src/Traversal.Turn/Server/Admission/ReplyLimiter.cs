using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Decides whether an unauthenticated request that came in a datagram is answered, as its source may be forged: so many replies a second for each
/// source prefix, and for all together fewer bytes than came in, but for a small allowance. A fixed table, whatever the number of sources.
/// </summary>
/// <remarks>
/// The allowance lets the first clients in after a quiet time. Each that gets in sends more than it was sent, which lets others in, so it matters
/// only to requests that nothing follows.
/// </remarks>
internal sealed class ReplyLimiter
{
    private const int Sets = 4096;

    // What IP and UDP add to a datagram: what a victim counts.
    private const int IPv4Overhead = 28, IPv6Overhead = 48;

    /// <summary>How many seconds of <see cref="RelayOptions.ReplyBytesPerSecond"/> may be saved up.</summary>
    private const int BudgetSeconds = 16;

    /// <summary>A single reply has at most five halves of its request's bytes.</summary>
    private const int MostReply = 5, MostReplyOf = 2;

    private readonly LeakyRate _rate;
    private readonly LeakyBuckets _prefixes;
    private readonly RelayGroup _group;
    private readonly bool _exemptLoopback;
    private long _budget;
    private MonotonicTime _budgetTime;

    public ReplyLimiter(RelayGroup group, RandomSource random)
    {
        RelayOptions options = group.Options;
        _group = group;
        _rate = new LeakyRate(options.RepliesPerSecond, options.ReplyBurst);
        _prefixes = new LeakyBuckets(_rate, Sets, random);
        _budget = BudgetPerSecond * BudgetSeconds;
        _exemptLoopback = options.ExemptLoopback;
    }

    // The machines of a group have one allowance between them.
    private long BudgetPerSecond => Math.Max(1, _group.Options.ReplyBytesPerSecond / _group.MachineCount);

    /// <summary>The longest reply that a datagram over IPv4 of this length may get, both without headers.</summary>
    public static int LongestReplyTo(int requestLength) => (requestLength + IPv4Overhead) * MostReply / MostReplyOf - IPv4Overhead;

    /// <summary>Whether a reply is so much longer than its request that it is never sent to who may have forged the source.</summary>
    public bool IsTooLong(in TransportAddress client, int requestLength, int replyLength)
    {
        int overhead = OverheadOf(in client);
        return !_rate.IsUnlimited && (replyLength + overhead) * MostReplyOf > (requestLength + overhead) * MostReply;
    }

    /// <summary>Notes a request whose source is no forgery, as it knew a nonce that was sent there.</summary>
    public void Credit(in TransportAddress client, int requestLength, MonotonicTime now)
    {
        if (!_rate.IsUnlimited) Refill(requestLength + OverheadOf(in client), now);
    }

    /// <summary>Asks for one reply; every request asks at most once.</summary>
    /// <param name="client">Where the request says it comes from.</param>
    /// <param name="requestLength">The length of the request in bytes.</param>
    /// <param name="replyLength">The length of the reply in bytes, or a little more.</param>
    /// <param name="now">The present.</param>
    public bool TryReply(in TransportAddress client, int requestLength, int replyLength, MonotonicTime now)
    {
        if (_rate.IsUnlimited || (_exemptLoopback && client.IsLoopback)) return true;

        int overhead = OverheadOf(in client);
        Refill(requestLength + overhead, now);
        int cost = replyLength + overhead;
        if (cost > _budget || !_prefixes.TryTake(PrefixOf(in client), 1, now)) return false;

        _budget -= cost;
        return true;
    }

    private static int OverheadOf(in TransportAddress client) => client.IsIPv4 ? IPv4Overhead : IPv6Overhead;

    private void Refill(int received, MonotonicTime now)
    {
        long perSecond = BudgetPerSecond;
        long elapsed = Math.Clamp(now.Nanoseconds - _budgetTime.Nanoseconds, 0, BudgetSeconds * 1_000_000_000L);
        long earned = elapsed * perSecond / 1_000_000_000;

        // Time that earned less than a byte is kept for the next request.
        if (earned > 0) _budgetTime = now;
        _budget = Math.Min(_budget + earned + received * 3L / 4, perSecond * BudgetSeconds);
    }

    // IPv4: the /24; IPv6: the /56, which is what one customer has. The low byte tells them apart and is never 0.
    private static ulong PrefixOf(in TransportAddress client) =>
        client.IsIPv4 ? (ulong)(client.IPv4Bits >> 8) << 8 | 4 : client.HighBits & ~0xFFUL | 6;
}
