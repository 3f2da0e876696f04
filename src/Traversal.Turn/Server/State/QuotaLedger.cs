using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// How many allocations and reserved ports each user and each source has, over all shards. Only who has some is in it, so the total bounds it. Used
/// under the lock of the group.
/// </summary>
internal sealed class QuotaLedger(RelayOptions options, RandomSource random)
{
    private readonly Dictionary<byte[], Holding> _users = new(ByteStringComparer.Instance);
    private readonly Dictionary<TransportAddress, int> _sources = new(new SourceComparer(HashSeed.Create(random)));

    /// <summary>What the allocations of a user share, who has some.</summary>
    public UserRate RateOf(byte[] account) => _users[account].Rate;

    /// <summary>All that is charged, exempt clients included.</summary>
    public int Total { get; private set; }

    /// <summary>Charges one to a user and a source, or to neither.</summary>
    public QuotaVerdict TryCharge(byte[] account, in TransportAddress client, bool isExempt)
    {
        if (Total >= options.MaxAllocations) return QuotaVerdict.ServerFull;
        if (!isExempt)
        {
            Holding? user = _users.GetValueOrDefault(account);
            if (user?.Count >= options.MaxAllocationsPerUser) return QuotaVerdict.QuotaReached;

            ref int source = ref CollectionsMarshal.GetValueRefOrAddDefault(_sources, SourceOf(in client), out _);
            if (source >= options.MaxAllocationsPerSource) return QuotaVerdict.QuotaReached;

            if (user is null) _users.Add(account, user = new Holding());
            user.Count++;
            source++;
        }

        Total++;
        return QuotaVerdict.Granted;
    }

    /// <summary>Charges to a user and a source, all or none, what was charged to neither.</summary>
    public bool TryEndExemption(byte[] account, in TransportAddress client, int count)
    {
        Total -= count;
        for (int charged = 0; charged < count; charged++)
        {
            if (TryCharge(account, in client, isExempt: false) == QuotaVerdict.Granted) continue;

            for (; charged > 0; charged--) Release(account, in client, isExempt: false);
            Total += count;
            return false;
        }

        return true;
    }

    /// <summary>Takes one charge back.</summary>
    public void Release(byte[] account, in TransportAddress client, bool isExempt)
    {
        Total--;
        if (isExempt) return;

        if (--_users[account].Count == 0) _users.Remove(account);
        TransportAddress source = SourceOf(in client);
        if (--CollectionsMarshal.GetValueRefOrNullRef(_sources, source) == 0) _sources.Remove(source);
    }

    // An IPv6 client has a /64 to choose its address from.
    private static TransportAddress SourceOf(in TransportAddress client) =>
        client.IsIPv4 ? client.WithPort(0) : TransportAddress.FromIPv6(client.HighBits, 0, 0);

    private sealed class Holding
    {
        public int Count { get; set; }

        public UserRate Rate { get; } = new();
    }

    private sealed class SourceComparer(HashSeed seed) : IEqualityComparer<TransportAddress>
    {
        public bool Equals(TransportAddress x, TransportAddress y) => x.Equals(in y);

        public int GetHashCode(TransportAddress obj) => (int)obj.Hash(in seed);
    }
}
