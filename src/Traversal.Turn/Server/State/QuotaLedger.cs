using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// How many allocations and reserved ports each user and each source has, over all shards. Only who has some is in it, so the total bounds it. Used
/// under the lock of the group.
/// </summary>
internal sealed class QuotaLedger(RelayOptions options, RandomSource random)
{
    private readonly Dictionary<byte[], int> _users = new(ByteStringComparer.Instance);
    private readonly Dictionary<TransportAddress, int> _sources = new(new SourceComparer(HashSeed.Create(random)));

    /// <summary>All that is charged, exempt clients included.</summary>
    public int Total { get; private set; }

    /// <summary>Charges one to a user and a source, or to neither.</summary>
    public QuotaVerdict TryCharge(byte[] account, in TransportAddress client, bool isExempt)
    {
        if (Total >= options.MaxAllocations) return QuotaVerdict.ServerFull;
        if (!isExempt)
        {
            ref int user = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, account, out _);
            if (user >= options.MaxAllocationsPerUser) return QuotaVerdict.QuotaReached;

            ref int source = ref CollectionsMarshal.GetValueRefOrAddDefault(_sources, SourceOf(in client), out _);
            if (source >= options.MaxAllocationsPerSource)
            {
                if (user == 0) _users.Remove(account);
                return QuotaVerdict.QuotaReached;
            }

            user++;
            source++;
        }

        Total++;
        return QuotaVerdict.Granted;
    }

    /// <summary>Takes one charge back.</summary>
    public void Release(byte[] account, in TransportAddress client, bool isExempt)
    {
        Total--;
        if (isExempt) return;

        Decrement(_users, account);
        Decrement(_sources, SourceOf(in client));
    }

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, key);
        if (--count == 0) counts.Remove(key);
    }

    // An IPv6 client has a /64 to choose its address from.
    private static TransportAddress SourceOf(in TransportAddress client) =>
        client.IsIPv4 ? client.WithPort(0) : TransportAddress.FromIPv6(client.HighBits, 0, 0);

    private sealed class SourceComparer(HashSeed seed) : IEqualityComparer<TransportAddress>
    {
        public bool Equals(TransportAddress x, TransportAddress y) => x.Equals(in y);

        public int GetHashCode(TransportAddress obj) => (int)obj.Hash(in seed);
    }
}
