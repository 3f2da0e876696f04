using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The strangers of one machine, written by whichever machine has their allocations. The machine looks them up in a table of its own, to which it adds
/// what has changed when it meets somebody unknown, so that no lookup takes the lock.
/// </summary>
internal sealed class StrangerRegister
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Stranger, int> _owners = [];

    // At most what it takes to fill the register, and then to empty it.
    private readonly Queue<(Stranger Stranger, int Owner)> _changes = new();
    private volatile bool _hasChanges;

    /// <summary>Whether there is something to take.</summary>
    public bool HasChanges => _hasChanges;

    public bool TryAdd(in Stranger stranger, int owner)
    {
        lock (_lock)
        {
            if (_changes.Count >= RelayGroup.MaxStrangers) return false;
            if (_owners.Count >= RelayGroup.MaxStrangers && !_owners.ContainsKey(stranger)) return false;

            _owners[stranger] = owner;
            Change(in stranger, owner);
            return true;
        }
    }

    public void Remove(in Stranger stranger, int owner)
    {
        lock (_lock)
        {
            if (!_owners.TryGetValue(stranger, out int present) || present != owner) return;

            _owners.Remove(stranger);
            Change(in stranger, RelayMachine.NoSlot);
        }
    }

    public void TakeChanges(KeyedIndex<Stranger> table)
    {
        lock (_lock)
        {
            while (_changes.TryDequeue(out (Stranger Stranger, int Owner) change))
            {
                table.Remove(in change.Stranger);
                if (change.Owner != RelayMachine.NoSlot) table.TryAdd(in change.Stranger, change.Owner);
            }

            _hasChanges = false;
        }
    }

    private void Change(in Stranger stranger, int owner)
    {
        _changes.Enqueue((stranger, owner));
        _hasChanges = true;
    }
}
