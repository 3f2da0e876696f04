using FsCheck;
using FsCheck.Fluent;
using Traversal.Peer.Identity;

namespace Traversal.Peer.Tests.Identity;

public sealed class PeerIdTests
{
    [Fact]
    public void An_id_is_the_hash_of_the_key_in_lower_case_base32()
    {
        // SHA-256 of nothing; the text made with coreutils: `printf '' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | tr -d =`.
        Assert.Equal("4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkq", PeerId.Of([]).ToString());
    }

    [Fact]
    public void Each_text_is_read_back()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), key =>
        {
            PeerId id = PeerId.Of(key);
            return PeerId.TryParse(id.ToString(), out PeerId same) && same == id && PeerId.TryParse(id.ToString().ToUpperInvariant(), out same) && same == id;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Each_id_has_its_bytes()
    {
        PeerId id = PeerId.Of([1, 2, 3]);
        byte[] bytes = new byte[PeerId.Length];

        id.WriteTo(bytes);

        Assert.True(PeerId.TryRead(bytes, out PeerId same));
        Assert.Equal(id, same);
        Assert.Throws<ArgumentException>(() => id.WriteTo(new byte[PeerId.Length - 1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbk")]
    [InlineData("4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkqa")]
    [InlineData("4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxb1q")]
    [InlineData("4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbk=")]
    public void What_is_not_52_characters_of_base32_is_refused(string text) => Assert.False(PeerId.TryParse(text, out _));

    [Fact]
    public void Only_one_text_of_those_that_differ_in_the_last_four_bits_is_taken()
    {
        string text = PeerId.Of([]).ToString();
        int taken = "abcdefghijklmnopqrstuvwxyz234567".Count(last => PeerId.TryParse(text[..^1] + last, out _));

        Assert.Equal(2, taken); // The last character has one bit of the hash.
    }

    [Fact]
    public void Nobody_has_no_text_that_is_read()
    {
        Assert.True(default(PeerId).IsNone);
        Assert.False(PeerId.TryParse(default(PeerId).ToString(), out _));
        Assert.False(PeerId.TryRead(new byte[PeerId.Length], out _));
        Assert.False(PeerId.TryRead(new byte[PeerId.Length + 1], out _));
    }
}
