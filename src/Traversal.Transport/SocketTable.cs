using Traversal.Primitives;

namespace Traversal.Transport;

/// <summary>Numbers sockets: an index that is used again, and a generation that tells the old from the new.</summary>
internal sealed class SocketTable
{
    /// <summary>Width of the index; the generation has the other 11 bits of a positive number, and is never 0.</summary>
    public const int IndexBits = 20;

    private const int GenerationLimit = 1 << (31 - IndexBits);

    private readonly int[] _ids;
    private readonly int[] _free;
    private int _freeCount;
    private int _fresh;

    public SocketTable(int capacity)
    {
        _ids = new int[capacity];
        _free = new int[capacity];
    }

    /// <summary>All indexes that were ever in use are below this.</summary>
    public int HighWater => _fresh;

    public static int IndexOf(SocketId id) => id.Value & ((1 << IndexBits) - 1);

    /// <summary>Whether the id is of a socket that is open.</summary>
    public bool Contains(SocketId id)
    {
        int index = IndexOf(id);
        return id.Value > 0 && (uint)index < (uint)_ids.Length && _ids[index] == id.Value;
    }

    public bool TryAdd(out SocketId id)
    {
        int index;
        if (_freeCount > 0)
        {
            index = _free[--_freeCount];
        }
        else if (_fresh < _ids.Length)
        {
            index = _fresh++;
        }
        else
        {
            id = default;
            return false;
        }

        // A free index keeps the negated id of its last socket, so that the next one gets the next generation.
        int generation = -_ids[index] >> IndexBits;
        generation = generation + 1 == GenerationLimit ? 1 : generation + 1;
        _ids[index] = generation << IndexBits | index;
        id = new SocketId(_ids[index]);
        return true;
    }

    public void Remove(SocketId id)
    {
        if (!Contains(id)) return;
        int index = IndexOf(id);
        _ids[index] = -id.Value;
        _free[_freeCount++] = index;
    }

    /// <summary>The open socket at an index; none where there is none.</summary>
    public SocketId At(int index) => new(Math.Max(_ids[index], 0));
}
