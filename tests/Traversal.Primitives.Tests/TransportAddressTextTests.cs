using System.Globalization;
using System.Net;
using System.Text;

namespace Traversal.Primitives.Tests;

public sealed class TransportAddressTextTests
{
    // RFC 5952 sections 4 and 5.
    [Theory]
    [InlineData("192.0.2.1:3478", "192.0.2.1:3478")]
    [InlineData("[2001:0DB8:0:0:0:0:0:1]:80", "[2001:db8::1]:80")]
    [InlineData("[2001:db8:0:1:1:1:1:1]:80", "[2001:db8:0:1:1:1:1:1]:80")]
    [InlineData("[2001:0:0:1:0:0:0:1]:80", "[2001:0:0:1::1]:80")]
    [InlineData("[2001:db8:0:0:1:0:0:1]:80", "[2001:db8::1:0:0:1]:80")]
    [InlineData("[0:0:0:0:0:0:0:0]:0", "[::]:0")]
    [InlineData("[1:0:0:0:0:0:0:0]:65535", "[1::]:65535")]
    [InlineData("[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1")]
    [InlineData("[::2:3:4:5:6:7:8]:1", "[0:2:3:4:5:6:7:8]:1")]
    [InlineData("[::FFFF:c000:201]:1", "[::ffff:192.0.2.1]:1")]
    [InlineData("[64:ff9b::192.0.2.33]:1", "[64:ff9b::c000:221]:1")]
    [InlineData("[1:2:3:4:5:6:7.8.9.10]:1", "[1:2:3:4:5:6:708:90a]:1")]
    [InlineData("[fe80::1%42]:1", "[fe80::1%42]:1")]
    [InlineData("[fe80::1%0]:1", "[fe80::1]:1")]
    [InlineData("[::ffff:192.0.2.1%4294967295]:1", "[::ffff:192.0.2.1%4294967295]:1")]
    public void Text_is_read_and_written_canonically(string text, string canonical)
    {
        TransportAddress address = TransportAddress.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(address, TransportAddress.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:99999999999999999999")]
    [InlineData("192.0.2.1:080")]
    [InlineData("192.0.2.1:-1")]
    [InlineData("192.0.2.1:+1")]
    [InlineData("192.0.2.1: 1")]
    [InlineData(" 192.0.2.1:1")]
    [InlineData("192.0.2.1:1 ")]
    [InlineData("192.0.2.01:1")]
    [InlineData("192.0.2.256:1")]
    [InlineData("192.0.2:1")]
    [InlineData("192.0.2.1.1:1")]
    [InlineData("0x7f.0.0.1:1")]
    [InlineData("2130706433:1")]
    [InlineData("127.1:1")]
    [InlineData("[192.0.2.1]:1")]
    [InlineData("2001:db8::1:1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]1")]
    [InlineData("[2001:db8::1:1")]
    [InlineData("[[2001:db8::1]:1]:1")]
    [InlineData("[]:1")]
    [InlineData("[:]:1")]
    [InlineData("[:::]:1")]
    [InlineData("[:1::2]:1")]
    [InlineData("[1::2::3]:1")]
    [InlineData("[1:2:3:4:5:6:7]:1")]
    [InlineData("[1:2:3:4:5:6:7:]:1")]
    [InlineData("[1:2:3:4:5:6:7:8:]:1")]
    [InlineData("[1:2:3:4:5:6:7:8:9]:1")]
    [InlineData("[1:2:3:4:5:6:7:8::]:1")]
    [InlineData("[::1:2:3:4:5:6:7:8]:1")]
    [InlineData("[1:2:3:4:5:6:7:192.0.2.1]:1")]
    [InlineData("[::192.0.2.1:1]:1")]
    [InlineData("[::192.0.2]:1")]
    [InlineData("[12345::]:1")]
    [InlineData("[g::]:1")]
    [InlineData("[fe80::1%]:1")]
    [InlineData("[fe80::1%eth0]:1")]
    [InlineData("[fe80::1%4294967296]:1")]
    [InlineData("[::1]:\u0661")]
    [InlineData("example.org:80")]
    [InlineData("[0000:0000:0000:0000:0000:ffff:255.255.255.255%4294967295]:655350")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(TransportAddress.TryParse(text, out TransportAddress address));
        Assert.True(address.IsNone);
        Assert.False(TransportAddress.TryParse(Encoding.UTF8.GetBytes(text), out address));
        Assert.True(address.IsNone);
        Assert.Throws<FormatException>(() => TransportAddress.Parse(text));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:0")]
    [InlineData("2001:db8::1%7", "[2001:db8::1%7]:0")]
    [InlineData("::", "[::]:0")]
    [InlineData("192.0.2.1:1", null)]
    [InlineData("[::1]", null)]
    [InlineData("010.0.0.1", null)]
    [InlineData("", null)]
    public void An_address_without_a_port_is_read_on_demand(string text, string? expected)
    {
        bool read = TransportAddress.TryParseAddress(text, out TransportAddress address);
        Assert.Equal(read, TransportAddress.TryParseAddress(Encoding.UTF8.GetBytes(text), out TransportAddress same));
        Assert.Equal(address, same);
        Assert.Equal(expected, read ? address.ToString() : null);
    }

    [Fact]
    public void The_longest_texts_fit()
    {
        string longest = "[0000:0000:0000:0000:0000:ffff:255.255.255.255%4294967295]:65535";
        Assert.Equal(TransportAddress.MaxTextLength, longest.Length);
        Assert.Equal("[::ffff:255.255.255.255%4294967295]:65535", TransportAddress.Parse(longest).ToString());
        Assert.Equal("none", default(TransportAddress).ToString());
    }

    [Fact]
    public void A_short_destination_is_left_alone()
    {
        TransportAddress address = TransportAddress.Parse("192.0.2.1:3478");
        Span<byte> bytes = stackalloc byte[13];
        Span<char> chars = stackalloc char[13];
        Assert.False(address.TryFormat(bytes, out int written) || address.TryFormat(chars, out written));
        Assert.Equal(0, written);
        Assert.False(bytes.ContainsAnyExcept((byte)0) || chars.ContainsAnyExcept('\0'));
        Assert.Equal("<192.0.2.1:3478>", string.Create(CultureInfo.InvariantCulture, $"<{address}>"));
    }

    [Fact]
    public void Text_agrees_with_the_framework()
    {
        RandomSource random = RandomSource.Seeded(5952);
        for (int i = 0; i < 200_000; i++)
        {
            TransportAddress address = Addresses.Random(random);
            if (FrameworkEmbedsIPv4(in address)) continue;
            Assert.Equal(address.ToIPEndPoint().ToString(), address.ToString());
        }
    }

    [Fact]
    public void Text_round_trips()
    {
        RandomSource random = RandomSource.Seeded(4291);
        Span<byte> utf8 = stackalloc byte[TransportAddress.MaxTextLength];
        for (int i = 0; i < 200_000; i++)
        {
            TransportAddress address = Addresses.Random(random);
            Assert.True(address.TryFormat(utf8, out int length) && TransportAddress.TryParse(utf8[..length], out TransportAddress read) && read == address);
        }
    }

    [Fact]
    public void What_the_framework_writes_out_in_full_is_read()
    {
        RandomSource random = RandomSource.Seeded(1);
        for (int i = 0; i < 50_000; i++)
        {
            TransportAddress address = TransportAddress.FromIPv6(random.NextUInt64(), random.NextUInt64() & (ulong)-random.Next(2), 5);
            string full = string.Join(':', Enumerable.Range(0, 8).Select(group => $"{(group < 4 ? address.HighBits : address.LowBits) >> 48 - (group % 4 * 16) & 0xFFFF:X4}"));
            Assert.Equal(address, TransportAddress.Parse($"[{full}]:5"));
        }
    }

    [Fact]
    public void Damaged_text_never_throws_and_never_reads_what_the_framework_refuses()
    {
        const string Alphabet = "0123456789abcdefABCDEF:.[]%x- \0";
        RandomSource random = RandomSource.Seeded(99);
        for (int i = 0; i < 200_000; i++)
        {
            char[] text = Addresses.Random(random).ToString().ToCharArray();
            for (int changes = random.Next(3); changes >= 0; changes--) text[random.Next(text.Length)] = Alphabet[random.Next(Alphabet.Length)];
            if (!TransportAddress.TryParse(text, out TransportAddress address)) continue;

            Assert.True(IPEndPoint.TryParse(text, out IPEndPoint? expected), new string(text));
            Assert.Equal(expected, address.ToIPEndPoint());
        }
    }

    // The framework writes IPv4 into some more forms (::a.b.c.d, ISATAP, SIIT); RFC 5952 section 5 asks for it only where the prefix says so.
    private static bool FrameworkEmbedsIPv4(in TransportAddress address) =>
        address.IsIPv6 && !address.IsIPv4Mapped && address.ToIPAddress().ToString().Contains('.');
}
