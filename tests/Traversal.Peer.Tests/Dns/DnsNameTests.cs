using Traversal.Peer.Dns;

namespace Traversal.Peer.Tests.Dns;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("example.org.", "example.org")]
    [InlineData("_turn._udp.Example.ORG", "_turn._udp.Example.ORG")]
    public void A_name_reads_as_it_looks(string text, string shown)
    {
        Assert.True(DnsName.TryParse(text, out DnsName? name));
        Assert.Equal(shown, name.ToString());
        Assert.Equal(MessageBuilder.Wire(shown), name.Bytes.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("münchen.example")]
    [InlineData("a\0b")]
    public void What_is_no_name_is_refused(string text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void The_longest_label_and_the_longest_name_are_read_and_no_longer_ones()
    {
        string label = new('a', 63), longest = string.Join('.', label, label, label, new string('a', 61));

        Assert.True(DnsName.TryParse(longest, out DnsName? name));
        Assert.Equal(DnsName.MaxLength, name.Bytes.Length);
        Assert.False(DnsName.TryParse(longest + "a", out _));
        Assert.False(DnsName.TryParse(label + "a", out _));
        Assert.False(name.TryPrefix("b", out _));
    }

    [Fact]
    public void Case_does_not_matter()
    {
        DnsName one = DnsName.Parse("Example.org"), other = DnsName.Parse("eXAMPLE.ORG");

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void Labels_are_put_in_front()
    {
        DnsName name = DnsName.Parse("example.org");

        Assert.True(name.TryPrefix("_turn._udp", out DnsName? service));
        Assert.Equal("_turn._udp.example.org", service.ToString());
    }
}
