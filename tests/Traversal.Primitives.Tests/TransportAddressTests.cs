using System.Net;
using System.Runtime.CompilerServices;

namespace Traversal.Primitives.Tests;

public sealed class TransportAddressTests
{
    [Fact]
    public void It_takes_24_bytes() => Assert.Equal(24, Unsafe.SizeOf<TransportAddress>());

    [Fact]
    public void The_default_value_is_no_address()
    {
        TransportAddress none = default;
        Assert.True(none.IsNone);
        Assert.Equal(0, none.AddressLength);
        Assert.Equal(IPFamily.None, none.Family);
        Assert.NotEqual(none, TransportAddress.FromIPv4(0, 0));
        Assert.NotEqual(TransportAddress.FromIPv4(0, 0), TransportAddress.FromIPv6(0, 0, 0));
    }

    [Fact]
    public void It_equals_exactly_what_has_the_same_parts()
    {
        TransportAddress address = TransportAddress.FromIPv6(1, 2, 3, 4);
        Assert.True(address == TransportAddress.FromIPv6(1, 2, 3, 4));
        Assert.Equal(address.GetHashCode(), TransportAddress.FromIPv6(1, 2, 3, 4).GetHashCode());
        TransportAddress[] others =
        [
            TransportAddress.FromIPv6(9, 2, 3, 4), TransportAddress.FromIPv6(1, 9, 3, 4), TransportAddress.FromIPv6(1, 2, 9, 4),
            TransportAddress.FromIPv6(1, 2, 3, 9), TransportAddress.FromIPv4(2, 3), default,
        ];
        Assert.All(others, other => Assert.True(address != other && !address.Equals((object)other)));
        Assert.True(address.HasSameAddress(address.WithPort(99)));
        Assert.False(address.HasSameAddress(others[1]) || address.HasSameAddress(others[3]));
    }

    [Fact]
    public void Bytes_and_framework_types_round_trip()
    {
        RandomSource random = RandomSource.Seeded(11);
        for (int i = 0; i < 20_000; i++)
        {
            TransportAddress address = Addresses.Random(random);
            Assert.Equal(address, TransportAddress.From(address.ToIPEndPoint()));

            byte[] bytes = new byte[address.AddressLength];
            Assert.Equal(bytes.Length, address.WriteAddressBytes(bytes));
            Assert.Equal(address.ToIPAddress().GetAddressBytes(), bytes);
            Assert.True(address.HasSameAddress(TransportAddress.FromBytes(bytes, 0)) || address.Scope != 0);
        }
    }

    [Fact]
    public void Mapped_addresses_come_back()
    {
        TransportAddress plain = TransportAddress.Parse("192.0.2.1:80");
        Assert.Equal("[::ffff:192.0.2.1]:80", plain.Mapped().ToString());
        Assert.True(plain.Mapped().IsIPv4Mapped);
        Assert.Equal(plain, plain.Mapped().Unmapped());
        Assert.Equal(plain, plain.Unmapped());

        TransportAddress sixth = TransportAddress.Parse("[2001:db8::1]:80");
        Assert.Equal(sixth, sixth.Mapped().Unmapped());
    }

    [Theory]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("127.255.255.255:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("[::ffff:127.0.0.2]:1", true)]
    [InlineData("128.0.0.1:1", false)]
    [InlineData("[::2]:1", false)]
    [InlineData("[::ffff:128.0.0.2]:1", false)]
    [InlineData("0.0.0.0:1", false)]
    public void Loopback_is_known_in_every_form(string text, bool loopback) => Assert.Equal(loopback, TransportAddress.Parse(text).IsLoopback);

    [Fact]
    public void Wrong_lengths_are_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => TransportAddress.FromBytes(new byte[5], 0));
        Assert.Throws<ArgumentException>(() => TransportAddress.FromIPv6(0, 1, 0).WriteAddressBytes(new byte[15]));
        Assert.Throws<ArgumentNullException>(() => TransportAddress.From((IPAddress)null!, 1));
        Assert.Throws<ArgumentNullException>(() => TransportAddress.From(null!));
    }

    [Fact]
    public void Comparing_hashing_and_converting_allocate_nothing()
    {
        TransportAddress address = TransportAddress.Parse("[fe80::1%3]:3478"), other = TransportAddress.Parse("192.0.2.1:3478");
        HashSeed seed = HashSeed.Create(RandomSource.Seeded(1));
        byte[] buffer = new byte[TransportAddress.MaxTextLength];
        char[] text = new char[TransportAddress.MaxTextLength];
        Assert.Equal(0, Allocation.Of(() =>
        {
            _ = address == other;
            _ = address.GetHashCode() + (int)address.Hash(in seed) + (int)address.Hash(in seed, 7);
            address.TryFormat(buffer, out int bytes);
            address.TryFormat(text, out int chars);
            _ = TransportAddress.TryParse(buffer.AsSpan(0, bytes), out _) && TransportAddress.TryParse(text.AsSpan(0, chars), out _);
            TransportAddress.TryReadSocketAddress(buffer.AsSpan(0, address.WriteSocketAddress(buffer)), out _);
            address.WriteAddressBytes(buffer);
        }));
    }
}
