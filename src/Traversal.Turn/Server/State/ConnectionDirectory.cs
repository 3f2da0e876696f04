using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The connections with peers of all shards by their CONNECTION-ID (RFC 6062 section 6.2.1), which is random so that nobody guesses that of another
/// client. Used under the lock of the group.
/// </summary>
internal sealed class ConnectionDirectory(int limit, int limitPerUser)
{
    private readonly Dictionary<uint, Entry> _entries = [];
    private readonly Dictionary<byte[], int> _users = new(ByteStringComparer.Instance);

    public int Count => _entries.Count;

    /// <summary>Adds a connection of a user that nobody can bind yet, and charges it to the user unless that is exempt.</summary>
    public QuotaVerdict TryAdd(RelayUser user, bool isExempt, RandomSource random, out uint id)
    {
        id = 0;
        if (_entries.Count >= limit) return QuotaVerdict.ServerFull;
        if (!isExempt)
        {
            ref int held = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, user.Account, out _);
            if (held >= limitPerUser) return QuotaVerdict.QuotaReached;
            held++;
        }

        do id = random.NextUInt32();
        while (id == 0 || _entries.ContainsKey(id));
        _entries.Add(id, new Entry(user, isExempt, IsOffered: false));
        return QuotaVerdict.Granted;
    }

    public void Offer(uint id)
    {
        ref Entry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, id);
        entry = entry with { IsOffered = true };
    }

    /// <summary>Takes an offer, which is its user's alone (RFC 6062 section 4.3), and there is no other for that connection.</summary>
    public bool TryClaim(uint id, ReadOnlySpan<byte> username)
    {
        if (!_entries.TryGetValue(id, out Entry entry) || !entry.IsOffered || !username.SequenceEqual(entry.Owner.Name)) return false;

        _entries[id] = entry with { IsOffered = false };
        return true;
    }

    /// <summary>Whose a connection is; null when it is not there.</summary>
    public RelayUser? OwnerOf(uint id) => _entries.TryGetValue(id, out Entry entry) ? entry.Owner : null;

    /// <summary>Removes a connection unless somebody has claimed it.</summary>
    public bool TryWithdraw(uint id) => _entries.TryGetValue(id, out Entry entry) && entry.IsOffered && TryRemove(id);

    public void Remove(uint id) => TryRemove(id);

    private bool TryRemove(uint id)
    {
        if (!_entries.Remove(id, out Entry entry)) return false;
        byte[] account = entry.Owner.Account;
        if (!entry.IsExempt && --CollectionsMarshal.GetValueRefOrNullRef(_users, account) == 0) _users.Remove(account);
        return true;
    }

    private readonly record struct Entry(RelayUser Owner, bool IsExempt, bool IsOffered);
}
