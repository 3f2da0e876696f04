using Traversal.Stun;

namespace Traversal.Ice;

/// <summary>The checks that wait for an answer, oldest first. Few, and their ids are secret, so they are looked through one by one.</summary>
internal sealed class OutstandingChecks
{
    private const int Smallest = 8;

    private OutstandingCheck[] _checks = new OutstandingCheck[Smallest];
    private int _count;

    public void Add(in OutstandingCheck check)
    {
        if (_count == IceLimits.MaxOutstandingChecks) RemoveAt(0);
        if (_count == _checks.Length) Array.Resize(ref _checks, _count * 2);
        _checks[_count++] = check;
    }

    public bool TryFind(TransactionId id, out OutstandingCheck check)
    {
        foreach (ref readonly OutstandingCheck candidate in _checks.AsSpan(0, _count))
        {
            if (candidate.Id != id) continue;
            check = candidate;
            return true;
        }

        check = default;
        return false;
    }

    public void Remove(TransactionId id)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_checks[i].Id != id) continue;
            RemoveAt(i);
            return;
        }
    }

    /// <summary>Forgets every check of a pair: what comes back is not waited for.</summary>
    public void RemoveOf(CandidatePair pair)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_checks[i].Pair == pair) RemoveAt(i);
        }
    }

    private void RemoveAt(int index)
    {
        _checks.AsSpan(index + 1, _count - index - 1).CopyTo(_checks.AsSpan(index));
        _checks[--_count] = default;
    }
}
