using System.Numerics;

namespace Traversal.Primitives.Tests;

public sealed class HashSeedTests
{
    private const int Samples = 20_000;

    [Fact]
    public void Every_bit_of_an_address_changes_half_of_the_hash()
    {
        RandomSource random = RandomSource.Seeded(1);
        for (int bit = 0; bit < 128 + 16 + 32; bit++)
        {
            int[] flips = new int[32];
            for (int i = 0; i < Samples / 10; i++)
            {
                HashSeed seed = HashSeed.Create(random);
                TransportAddress address = Addresses.RandomIPv6(random);
                uint changed = address.Hash(in seed) ^ Flip(in address, bit).Hash(in seed);
                for (int j = 0; j < 32; j++) flips[j] += (int)(changed >> j & 1);
            }

            // Seven standard deviations of 22.4 around one half of 2,000.
            Assert.All(flips, count => Assert.InRange(count, 1000 - 157, 1000 + 157));
        }
    }

    [Fact]
    public void The_numbers_beside_an_address_count()
    {
        RandomSource random = RandomSource.Seeded(2);
        int changed = 0;
        for (int i = 0; i < Samples; i++)
        {
            HashSeed seed = HashSeed.Create(random);
            TransportAddress address = Addresses.Random(random);
            changed += BitOperations.PopCount(address.Hash(in seed, 1) ^ address.Hash(in seed, 2));
        }

        Assert.InRange(changed, Samples * 16 * 0.99, Samples * 16 * 1.01);
    }

    [Fact]
    public void Another_seed_is_another_hash()
    {
        RandomSource random = RandomSource.Seeded(3);
        TransportAddress address = TransportAddress.Parse("192.0.2.1:3478");
        var hashes = new HashSet<uint>();
        for (int i = 0; i < Samples; i++)
        {
            HashSeed seed = HashSeed.Create(random);
            hashes.Add(address.Hash(in seed));
        }

        // Of 20,000 uniform numbers of 32 bits, 0.05 meet another.
        Assert.InRange(hashes.Count, Samples - 2, Samples);
    }

    // What a scan, a NAT or an attacker sends: sets of addresses with a pattern.
    public static TheoryData<string, Func<uint, TransportAddress>> Patterns => new()
    {
        { "ports of one host", i => TransportAddress.FromIPv4(0xC000_0201, (ushort)i) },
        { "hosts of one network", i => TransportAddress.FromIPv4(0x0A00_0000 | i, 3478) },
        { "hosts in steps of a power of two", i => TransportAddress.FromIPv4(i << 16, 3478) },
        { "hosts and ports together", i => TransportAddress.FromIPv4(0xC000_0201 + i, (ushort)i) },
        { "IPv6 networks", i => TransportAddress.FromIPv6(0x2001_0DB8_0000_0000UL | i, 1, 3478) },
        { "IPv6 networks in steps", i => TransportAddress.FromIPv6((ulong)i << 40, 0, 3478) },
        { "IPv6 hosts against their ports", i => TransportAddress.FromIPv6(0x2001_0DB8_0000_0000, (ulong)i << 8, (ushort)~i) },
        { "scopes", i => TransportAddress.FromIPv6(0xFE80_0000_0000_0000, 1, 3478, i) },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Patterns_collide_no_more_than_chance(string name, Func<uint, TransportAddress> pattern)
    {
        const int Buckets = 1 << 16, Keys = 1 << 15, Seeds = 20;
        RandomSource random = RandomSource.Seeded(4);
        double pairs = 0;
        for (int run = 0; run < Seeds; run++)
        {
            HashSeed seed = HashSeed.Create(random);
            int[] buckets = new int[Buckets];
            for (uint i = 0; i < Keys; i++) pairs += buckets[pattern(i).Hash(in seed) % Buckets]++;
        }

        const double Expected = Seeds * ((double)Keys * (Keys - 1) / 2 / Buckets);
        Assert.True(pairs < Expected * 1.5, $"{name}: {pairs} colliding pairs where chance gives {Expected:F0}.");
    }

    private static TransportAddress Flip(in TransportAddress address, int bit) => bit switch
    {
        < 64 => TransportAddress.FromIPv6(address.HighBits ^ 1UL << bit, address.LowBits, address.Port, address.Scope),
        < 128 => TransportAddress.FromIPv6(address.HighBits, address.LowBits ^ 1UL << bit, address.Port, address.Scope),
        < 144 => address.WithPort((ushort)(address.Port ^ 1 << bit - 128)),
        _ => TransportAddress.FromIPv6(address.HighBits, address.LowBits, address.Port, address.Scope ^ 1u << bit - 144),
    };
}
