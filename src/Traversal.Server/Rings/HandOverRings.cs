using System.Numerics;

namespace Traversal.Server.Rings;

/// <summary>
/// The rings of a server, one for each ordered pair of shards. A ring is made when it is first written to, and is the smaller the more shards there are;
/// of its memory, only what has been written to is resident.
/// </summary>
internal sealed class HandOverRings
{
    /// <summary>The memory of all rings into one shard, if that allows <see cref="HandOverRing.MinCapacity"/> for each.</summary>
    private const int BytesPerShard = 4 << 20;

    private const int MaxCapacity = 1 << 20;

    private readonly int _capacity;
    private readonly HandOverRing?[] _rings;
    private readonly Doorbell[] _doorbells;

    /// <summary>Makes the rings between shards that are woken by these.</summary>
    public HandOverRings(IReadOnlyList<Action> wakes)
    {
        int share = BytesPerShard / Math.Max(1, wakes.Count - 1);
        _capacity = Math.Clamp(1 << BitOperations.Log2((uint)share), HandOverRing.MinCapacity, MaxCapacity);
        _rings = new HandOverRing?[wakes.Count * wakes.Count];
        _doorbells = [.. wakes.Select(wake => new Doorbell(wake))];
    }

    public int Shards => _doorbells.Length;

    public Doorbell DoorbellOf(int shard) => _doorbells[shard];

    /// <summary>The ring into which one shard writes for another; for the thread of the former.</summary>
    public HandOverRing Open(int from, int to)
    {
        ref HandOverRing? ring = ref _rings[from * Shards + to];
        if (ring is null) Volatile.Write(ref ring, new HandOverRing(_capacity));
        return ring!;
    }

    /// <summary>The same for the thread of the latter; null if nothing was written yet.</summary>
    public HandOverRing? Find(int from, int to) => Volatile.Read(ref _rings[from * Shards + to]);
}
