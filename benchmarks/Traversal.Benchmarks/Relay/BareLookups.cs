using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Relay;

/// <summary>
/// What of a verdict is no decision: finding the record of a client, in random order and in batches, in a table whose hash is keyed. One cache line
/// for each client and no index, so less than a relay can do with.
/// </summary>
internal sealed class BareLookups
{
    private const int Batch = 64, CacheLine = 64;

    private readonly HashSeed _seed = HashSeed.Create(RandomSource.Seeded(6));
    private readonly Record[] _records;
    private readonly TransportAddress[] _sources;
    private readonly uint[] _places = new uint[Batch];
    private int _next;

    // Written so that the reading is not optimised away.
    private ulong _read;

    public BareLookups(int clients)
    {
        _records = new Record[(int)BitOperations.RoundUpToPowerOf2((uint)clients * 2)];
        _sources = [.. RelayTraffic.Shuffled(clients / Batch * Batch).Select(RelayClients.AddressOf)];
        foreach (TransportAddress source in _sources)
        {
            uint place = PlaceOf(in source);
            while (!_records[place].Client.IsNone) place = After(place);
            _records[place].Client = source;
        }

        if (Run(_sources.Length) != _sources.Length) throw new InvalidOperationException("A record was not found.");
    }

    /// <summary>Looks up the next clients. Returns how many were found; a batch is not interrupted.</summary>
    public int Run(int count)
    {
        int found = 0;
        for (int done = 0; done < count; done += Batch)
        {
            found += Find(_sources.AsSpan(_next, Batch));
            _next = (_next + Batch) % _sources.Length;
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(ReadOnlySpan<TransportAddress> sources)
    {
        Record[] records = _records;
        Span<uint> places = _places.AsSpan(0, sources.Length);
        ulong read = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            places[i] = PlaceOf(in sources[i]);
            read ^= records[places[i]].Client.LowBits;
        }

        int found = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            uint place = places[i];
            while (!records[place].Client.Equals(in sources[i])) place = After(place);
            records[place].Packets++;
            found++;
        }

        _read = read;
        return found;
    }

    private uint PlaceOf(in TransportAddress source) => source.Hash(in _seed, (uint)RelayClients.Via.Value) & (uint)(_records.Length - 1);

    private uint After(uint place) => place + 1 & (uint)(_records.Length - 1);

    [StructLayout(LayoutKind.Sequential, Size = CacheLine)]
    private struct Record
    {
        public TransportAddress Client;
        public long Packets;
    }
}
