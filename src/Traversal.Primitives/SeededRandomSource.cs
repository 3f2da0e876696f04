using System.Buffers.Binary;

namespace Traversal.Primitives;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): a counter and a mixing function.</summary>
internal sealed class SeededRandomSource(ulong seed) : RandomSource
{
    private ulong _counter = seed;

    public override ulong NextUInt64()
    {
        ulong z = _counter += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB;
        return z ^ z >> 31;
    }

    public override void Fill(Span<byte> destination)
    {
        for (; destination.Length >= sizeof(ulong); destination = destination[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(destination, NextUInt64());

        if (destination.IsEmpty) return;

        Span<byte> last = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(last, NextUInt64());
        last[..destination.Length].CopyTo(destination);
    }
}
