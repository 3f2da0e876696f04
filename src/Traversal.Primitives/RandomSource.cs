using System.Buffers.Binary;

namespace Traversal.Primitives;

/// <summary>Where randomness comes from. State machines take one as an argument, so that a run can be replayed from its seed.</summary>
public abstract class RandomSource
{
    /// <summary>Cryptographically secure randomness from the operating system, buffered per thread. Safe for any number of threads.</summary>
    public static RandomSource System { get; } = new SystemRandomSource();

    /// <summary>A repeatable sequence for tests and simulations: the same seed gives the same sequence everywhere. Not secret, and for one thread.</summary>
    /// <param name="seed">Any number; near seeds give unrelated sequences.</param>
    public static RandomSource Seeded(ulong seed) => new SeededRandomSource(seed);

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public abstract void Fill(Span<byte> destination);

    /// <summary>A number of 64 random bits.</summary>
    public virtual ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A number of 32 random bits.</summary>
    public uint NextUInt32() => (uint)(NextUInt64() >> 32);

    /// <summary>A number from 0 up to but not including <paramref name="exclusiveMax"/>, each as likely as any other.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is not positive.</exception>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);

        // The upper half of bits * max is a number below max. The lower half tells the few bits that would favour some numbers (Lemire 2019).
        uint max = (uint)exclusiveMax;
        ulong product = (ulong)NextUInt32() * max;
        if ((uint)product < max)
        {
            uint unfair = (0u - max) % max;
            while ((uint)product < unfair) product = (ulong)NextUInt32() * max;
        }

        return (int)(product >> 32);
    }
}
