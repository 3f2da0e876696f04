using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Buckets of one rate for any number of keys in a fixed table. Each key hashes to a set of four places of 16 bytes; the one that was quiet longest
/// gives way.
/// </summary>
internal sealed class LeakyBuckets(LeakyRate rate, int sets, RandomSource random)
{
    private const int Ways = 4;

    private readonly Place[] _places = new Place[sets * Ways];
    private readonly HashSeed _seed = HashSeed.Create(random);

    /// <summary>Takes so many events of a key, which is not 0.</summary>
    public bool TryTake(ulong key, int count, MonotonicTime now)
    {
        Span<Place> set = _places.AsSpan((int)(_seed.Hash(key) % (uint)sets) * Ways, Ways);
        ref Place place = ref set[0];
        for (int i = 0; i < Ways; i++)
        {
            if (set[i].Key == key)
            {
                place = ref set[i];
                break;
            }

            if (set[i].EmptyAt < place.EmptyAt) place = ref set[i];
        }

        if (place.Key != key) place = new Place { Key = key };
        return rate.TryTake(ref place.EmptyAt, count, now);
    }

    private struct Place
    {
        public ulong Key;
        public long EmptyAt;
    }
}
