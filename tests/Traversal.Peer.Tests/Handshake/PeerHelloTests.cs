using System.Security.Cryptography;
using Traversal.Peer.Handshake;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Handshake;

public sealed class PeerHelloTests
{
    private static readonly byte[] Contribution = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    [Theory]
    [InlineData]
    [InlineData(1)]
    [InlineData(600, 4096)]
    [InlineData(600, 601, 602, 603, 604, 605, 606, 607)]
    public void It_is_read_as_it_was_written(params int[] lengths)
    {
        PeerHello hello = Make(lengths), read = Read(Write(hello))!;

        Assert.Equal(Contribution, read.Contribution.ToArray());
        Assert.Equal(hello.Certificates.Select(certificate => certificate.ToArray()), read.Certificates.Select(certificate => certificate.ToArray()));
    }

    [Fact]
    public void Fields_of_later_versions_are_skipped()
    {
        byte[] bytes = Write(Make(100));
        Assert.NotNull(Read([.. bytes, 5, 3, 1, 2, 3, 0x40, 200, 0]));
        Assert.Null(Read([.. bytes, 5, 3, 1, 2]));
        Assert.Null(Read([.. bytes, 5]));
    }

    [Fact]
    public void Anything_less_is_none()
    {
        byte[] bytes = Write(Make(100, 200));
        for (int length = 0; length < bytes.Length; length++) Assert.Null(Read(bytes[..length]));

        Assert.Null(Read([2, .. bytes[1..]]));
        Assert.Null(Read([.. bytes[..33], 9, .. bytes[34..]]));
        Assert.Null(Read([1, .. Contribution, 1, 0]));
        Assert.Null(Read([1, .. Contribution, 1, 0x50, 1, .. new byte[4097]]));
        Assert.Null(Read([1, .. Contribution, 0, 1, 0x7F, 0, .. new byte[0x3F00]]));
    }

    [Fact]
    public void Nothing_longer_is_made()
    {
        Assert.Throws<ArgumentException>(() => new PeerHello(Contribution.AsSpan(1), []));
        Assert.Throws<ArgumentException>(() => Make(0));
        Assert.Throws<ArgumentException>(() => Make(4097));
        Assert.Throws<ArgumentException>(() => Make(1, 1, 1, 1, 1, 1, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => Make(4096, 4096, 4096, 4096));
    }

    /// <summary>Whatever a bit is turned into, it is read without an exception, and what is read is written as it was read.</summary>
    [Fact]
    public void Damage_is_no_exception()
    {
        RandomSource random = RandomSource.Seeded(1);
        byte[] bytes = Write(Make(50, 60));
        for (int run = 0; run < 20_000; run++)
        {
            byte[] damaged = [.. bytes, .. new byte[random.Next(4)]];
            for (int bit = 0; bit <= random.Next(3); bit++) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (Read(damaged) is not { } read) continue;

            PeerHello again = Read(Write(read))!;
            Assert.Equal(read.Certificates.Select(certificate => certificate.ToArray()), again.Certificates.Select(certificate => certificate.ToArray()));
        }
    }

    [Fact]
    public void Both_sides_derive_the_same_keys_and_each_key_is_another()
    {
        byte[] other = SHA256.HashData("other"u8);
        ConnectionKeys one = ConnectionKeys.Derive(Contribution, other), two = ConnectionKeys.Derive(Contribution, other), turned = ConnectionKeys.Derive(other, Contribution);

        Assert.Equal(one.InitiatorDatagrams, two.InitiatorDatagrams);
        Assert.Equal(one.OtherDatagrams, two.OtherDatagrams);
        string[] keys = [.. new[] { one, turned }.SelectMany(all => new[] { Convert.ToHexString(all.InitiatorDatagrams), Convert.ToHexString(all.OtherDatagrams) }), Convert.ToHexString(ConnectionKeys.DerivePathSecret(Contribution)), Convert.ToHexString(ConnectionKeys.DerivePathSecret(other))];
        Assert.Equal(6, keys.Distinct(StringComparer.Ordinal).Count());

        // HKDF of RFC 5869 by the framework's other way to it.
        Assert.Equal(HKDF.DeriveKey(HashAlgorithmName.SHA256, Contribution, 32, "traversal connection"u8.ToArray(), "traversal path"u8.ToArray()), ConnectionKeys.DerivePathSecret(Contribution));
        Assert.Throws<ArgumentException>(() => ConnectionKeys.DerivePathSecret([]));
        Assert.Throws<ArgumentException>(() => ConnectionKeys.Derive(Contribution, other.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => ConnectionKeys.Derive([], other));
    }

    private static PeerHello Make(params int[] lengths) =>
        new(Contribution, lengths.Select((length, index) => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)(index + 1), length).ToArray()));

    private static byte[] Write(PeerHello hello)
    {
        byte[] bytes = new byte[hello.Length];
        Assert.Equal(bytes.Length, hello.Write(bytes));
        return bytes;
    }

    private static PeerHello? Read(byte[] bytes) => PeerHello.TryRead(bytes, out PeerHello? hello) ? hello : null;
}
