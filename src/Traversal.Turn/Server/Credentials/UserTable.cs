namespace Traversal.Turn.Server;

/// <summary>
/// The users that have allocations on this machine; no others are kept, so the allocations bound it. The bearers of tokens have no names to be found by.
/// </summary>
internal sealed class UserTable
{
    private readonly Dictionary<byte[], RelayUser> _users = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], RelayUser>.AlternateLookup<ReadOnlySpan<byte>> _usersByBytes;
    private readonly List<RelayUser?> _slots = [];
    private readonly Stack<int> _freeSlots = new();

    public UserTable() => _usersByBytes = _users.GetAlternateLookup<ReadOnlySpan<byte>>();

    public RelayUser this[int slot] => _slots[slot]!;

    public int Count => _users.Count;

    public RelayUser? Find(ReadOnlySpan<byte> name) => _usersByBytes.TryGetValue(name, out RelayUser? user) ? user : null;

    /// <summary>Counts one more allocation of a user, who is kept from the first on.</summary>
    public void Retain(RelayUser user)
    {
        if (user.Allocations++ > 0) return;

        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        user.Slot = slot;
        _slots[slot] = user;
        if (user.Session is null) _users[user.Name] = user;
    }

    /// <summary>Counts one less; the user is forgotten with the last.</summary>
    public void Release(RelayUser user)
    {
        if (--user.Allocations > 0) return;

        if (user.Session is null) _users.Remove(user.Name);
        _slots[user.Slot] = null;
        _freeSlots.Push(user.Slot);
    }
}
