using Traversal.Peer.Identity;

namespace Traversal.Peer.Tests.Identity;

public sealed class PeerCardTests
{
    private static readonly PeerId Id = PeerId.Of("anna"u8);

    [Theory]
    [InlineData(null)]
    [InlineData("Anna")]
    [InlineData("Anna & Bert?name=#%")]
    [InlineData("Żółć 日本 👩‍👧")]
    public void A_card_is_read_back(string? name)
    {
        var card = new PeerCard(Id, name);

        Assert.True(PeerCard.TryParse(card.ToString(), out PeerCard? same));
        Assert.Equal(card, same);
        Assert.True(PeerCard.TryParse($"  P2P{card.ToString()[3..]}\n", out same));
        Assert.Equal(card, same);
    }

    [Fact]
    public void The_longest_name_is_read_back()
    {
        var card = new PeerCard(Id, new string('日', FriendlyName.MaxLength));

        Assert.True(PeerCard.TryParse(card.ToString(), out PeerCard? same));
        Assert.Equal(card, same);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p2p:")]
    [InlineData("p2p:abc")]
    [InlineData("https://example.org")]
    [InlineData("p2p:{0}x")]
    [InlineData("p2p:{0}?name=")]
    [InlineData("p2p:{0}?name=a%0Ab")]
    [InlineData("p2p:{0}?name=%E2%80%AEanna")]
    [InlineData("p2p:{0}?other=anna")]
    public void What_is_not_a_card_is_refused(string text) =>
        Assert.False(PeerCard.TryParse(text.Replace("{0}", Id.ToString(), StringComparison.Ordinal), out _));

    [Fact]
    public void A_long_text_is_refused() => Assert.False(PeerCard.TryParse($"p2p:{Id}?name={new string('a', 100_000)}", out _));

    [Theory]
    [InlineData("Anna", true)]
    [InlineData("", false)]
    [InlineData(" \t", false)]
    [InlineData("two\nlines", false)]
    [InlineData("\u2028", false)]
    [InlineData("\u202Etxet", false)]
    [InlineData("\uE000", false)]
    public void A_friendly_name_is_text_of_one_line(string name, bool isWellFormed) => Assert.Equal(isWellFormed, FriendlyName.IsWellFormed(name));

    // Attributes cannot hold half a character.
    [Fact]
    public void Half_a_character_is_no_name() => Assert.False(FriendlyName.IsWellFormed(['a', '\uD800']));

    [Fact]
    public void A_friendly_name_has_at_most_255_characters()
    {
        Assert.True(FriendlyName.IsWellFormed(new string('a', 255)));
        Assert.False(FriendlyName.IsWellFormed(new string('a', 256)));
    }
}
