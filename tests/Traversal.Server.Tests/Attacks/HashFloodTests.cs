using Traversal.Primitives;

namespace Traversal.Server.Tests.Attacks;

/// <summary>Addresses chosen so that they all fall into one bucket of a table (coturn's unkeyed map): nobody outside can choose them.</summary>
public sealed class HashFloodTests
{
    [Fact]
    public void Addresses_that_collide_under_one_seed_do_not_under_another()
    {
        HashSeed known = HashSeed.Create(RandomSource.Seeded(1)), real = HashSeed.Create(RandomSource.Seeded(2));
        TransportAddress[] chosen = [.. Enumerable.Range(0, 400_000)
            .Select(i => TransportAddress.FromIPv4((uint)i * 2_654_435_761, (ushort)i))
            .Where(address => address.Hash(in known) % 1024 == 7)];
        Assert.True(chosen.Length > 200);

        int worst = chosen.GroupBy(address => address.Hash(in real) % 1024).Max(bucket => bucket.Count());

        Assert.True(worst < 20, $"{worst} of {chosen.Length} in one bucket");
    }

    [Fact]
    public void Every_process_has_seeds_of_its_own() =>
        Assert.NotEqual(
            TransportAddress.Parse("198.1.0.7:7").Hash(HashSeed.Create(RandomSource.System)),
            TransportAddress.Parse("198.1.0.7:7").Hash(HashSeed.Create(RandomSource.System)));
}
