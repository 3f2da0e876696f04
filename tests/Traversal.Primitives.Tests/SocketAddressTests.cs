using System.Net;

namespace Traversal.Primitives.Tests;

public sealed class SocketAddressTests
{
    [Fact]
    public void It_writes_what_the_framework_writes()
    {
        RandomSource random = RandomSource.Seeded(8);
        Span<byte> bytes = stackalloc byte[TransportAddress.MaxSocketAddressLength];
        for (int i = 0; i < 50_000; i++)
        {
            TransportAddress address = Addresses.Random(random);
            SocketAddress expected = address.ToIPEndPoint().Serialize();
            int length = address.WriteSocketAddress(bytes);
            Assert.True(bytes[..length].SequenceEqual(expected.Buffer.Span[..expected.Size]), address.ToString());
        }
    }

    [Fact]
    public void It_reads_what_the_framework_writes()
    {
        RandomSource random = RandomSource.Seeded(9);
        for (int i = 0; i < 50_000; i++)
        {
            TransportAddress address = Addresses.Random(random);
            SocketAddress written = address.ToIPEndPoint().Serialize();
            Assert.True(TransportAddress.TryReadSocketAddress(written.Buffer.Span[..written.Size], out TransportAddress read));
            Assert.Equal(address, read);
        }
    }

    [Fact]
    public void Old_content_of_the_destination_does_not_show()
    {
        byte[] bytes = new byte[40];
        Array.Fill(bytes, (byte)0xEE);
        int length = TransportAddress.Parse("192.0.2.1:80").WriteSocketAddress(bytes);
        Assert.Equal(16, length);
        Assert.Equal(new byte[8], bytes[8..16]);
        Assert.All(bytes[16..], value => Assert.Equal(0xEE, value));
    }

    [Fact]
    public void Every_shorter_prefix_is_refused()
    {
        Span<byte> bytes = stackalloc byte[TransportAddress.MaxSocketAddressLength];
        foreach (string text in (string[])["192.0.2.1:80", "[2001:db8::1]:80"])
        {
            int full = TransportAddress.Parse(text).WriteSocketAddress(bytes);
            for (int length = 0; length < full; length++)
            {
                Assert.False(TransportAddress.TryReadSocketAddress(bytes[..length], out TransportAddress read));
                Assert.True(read.IsNone);
            }

            Assert.True(TransportAddress.TryReadSocketAddress(bytes[..full], out _));
        }
    }

    [Fact]
    public void Other_families_are_refused()
    {
        byte[] bytes = new byte[128];
        Assert.False(TransportAddress.TryReadSocketAddress(bytes, out _));
        bytes[0] = bytes[1] = 1;
        Assert.False(TransportAddress.TryReadSocketAddress(bytes, out _));
    }

    [Fact]
    public void The_default_value_writes_nothing_and_a_short_destination_throws()
    {
        Assert.Equal(0, default(TransportAddress).WriteSocketAddress([]));
        Assert.Throws<ArgumentException>(() => TransportAddress.FromIPv4(1, 1).WriteSocketAddress(new byte[15]));
        Assert.Throws<ArgumentException>(() => TransportAddress.FromIPv6(1, 1, 1).WriteSocketAddress(new byte[27]));
    }
}
