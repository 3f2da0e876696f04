namespace Traversal.Primitives.Tests;

/// <summary>Random addresses with the zeros, mapped forms and scopes that make a difference.</summary>
internal static class Addresses
{
    public static TransportAddress Random(RandomSource random) => random.Next(3) == 0 ? RandomIPv4(random) : RandomIPv6(random);

    public static TransportAddress RandomIPv4(RandomSource random) => TransportAddress.FromIPv4(random.NextUInt32(), Port(random));

    public static TransportAddress RandomIPv6(RandomSource random) =>
        TransportAddress.FromIPv6(Half(random), Half(random), Port(random), random.Next(4) == 0 ? random.NextUInt32() : 0);

    private static ushort Port(RandomSource random) => (ushort)random.NextUInt32();

    // Four groups, each of any length or zero.
    private static ulong Half(RandomSource random)
    {
        ulong half = 0;
        for (int group = 0; group < 4; group++)
            half = half << 16 | (random.Next(2) == 0 ? 0 : random.NextUInt32() & 0xFFFFu >> 4 * random.Next(4));
        return half;
    }
}
