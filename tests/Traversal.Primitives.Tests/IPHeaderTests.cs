namespace Traversal.Primitives.Tests;

public sealed class IPHeaderTests
{
    [Fact]
    public void A_router_takes_one_hop_and_leaves_the_rest()
    {
        Assert.Equal(new IPHeader(0xBB, 63), new IPHeader(0xBB, 64).Forwarded);
        Assert.Equal(new IPHeader(0xFF, 254), new IPHeader(0xFF, 255).Forwarded);
        Assert.Equal(new IPHeader(0xFF, 0), new IPHeader(0xFF, 0).Forwarded);
        Assert.Equal(default, default(IPHeader).Forwarded);
    }

    [Fact]
    public void Only_the_last_hop_is_the_last()
    {
        for (int hops = 0; hops <= byte.MaxValue; hops++) Assert.Equal(hops == 1, new IPHeader(0xFF, (byte)hops).IsSpent);
    }

    [Fact]
    public void It_has_a_text_and_so_has_a_datagram_with_it()
    {
        var header = new IPHeader(0xB8, 64);

        Assert.Equal("traffic class 184, hop limit 64", header.ToString());
        Assert.Contains(header.ToString(), (new Datagram(new SocketId(1), 0, 4, default) { Header = header }).ToString(), StringComparison.Ordinal);
    }
}
