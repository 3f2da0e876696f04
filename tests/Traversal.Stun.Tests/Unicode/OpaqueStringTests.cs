namespace Traversal.Stun.Tests;

/// <summary>RFC 8265 section 4.2, and the examples of its section 4.3.</summary>
public class OpaqueStringTests
{
    [Theory]
    [InlineData("correct horse battery staple", "correct horse battery staple")]
    [InlineData("Correct Horse Battery Staple", "Correct Horse Battery Staple")]
    [InlineData("\u03C0\u00DF\u00E5", "\u03C0\u00DF\u00E5")]
    [InlineData("Jack of \u2666s", "Jack of \u2666s")]
    [InlineData("foo\u1680bar", "foo bar")]
    [InlineData("foo\u3000bar\u00A0baz", "foo bar baz")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\uD55C", "\uD55C")]
    [InlineData("\u2168", "\u2168")] // Compatibility characters stay: this is Form C.
    [InlineData("\uFF21", "\uFF21")] // So does width.
    [InlineData("M\u00AAtr", "M\u00AAtr")]
    [InlineData("\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9", "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9")]
    [InlineData("\U0001F512", "\U0001F512")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("~", "~")]
    public void A_text_is_prepared(string text, string expected)
    {
        Assert.True(OpaqueString.TryPrepare(text, out string prepared));
        Assert.Equal(expected, prepared);
        Assert.True(OpaqueString.TryPrepare(prepared, out string again));
        Assert.Equal(prepared, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("my cat is a \u0009by")]
    [InlineData("\u007F")]
    [InlineData("\u0080")]
    [InlineData("The\u00ADM\u00AAtr\u2168")] // A soft hyphen is ignorable; only SASLprep drops it.
    [InlineData("a\u200Bb")]
    [InlineData("\u0640")]
    [InlineData("\u1112\u1161\u11AB")] // Conjoining Jamo of Hangul, old or not.
    [InlineData("\uFFFE")]
    [InlineData("\uE000")]
    [InlineData("\u0378")] // Not assigned.
    [InlineData("\u2028")]
    public void A_forbidden_text_is_refused(string text)
    {
        Assert.False(OpaqueString.TryPrepare(text, out string prepared));
        Assert.Empty(prepared);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() // Not in a theory: attributes cannot hold it.
    {
        Assert.False(OpaqueString.TryPrepare("\uD800", out _));
        Assert.False(OpaqueString.TryPrepare("a\uDC00a", out _));
    }

    [Theory] // RFC 5892 appendix A
    [InlineData("l\u00B7l", true)]
    [InlineData("a\u00B7l", false)]
    [InlineData("\u00B7", false)]
    [InlineData("\u0375\u03B1", true)]
    [InlineData("\u0375a", false)]
    [InlineData("\u05D0\u05F3", true)]
    [InlineData("a\u05F4", false)]
    [InlineData("\u30FB\u30A2", true)]
    [InlineData("\u30FBa", false)]
    [InlineData("\u0661\u0662", true)]
    [InlineData("\u06F1\u06F2", true)]
    [InlineData("\u0661\u06F2", false)]
    [InlineData("\u0915\u094D\u200D\u0937", true)] // After a virama.
    [InlineData("\u0915\u200D\u0937", false)]
    [InlineData("\u0915\u094D\u200C\u0937", true)]
    [InlineData("\u0628\u200C\u0628", true)] // Between two letters that would join.
    [InlineData("\u0628\u064B\u200C\u064B\u0628", true)]
    [InlineData("\u0627\u200C\u0628", false)]
    [InlineData("a\u200Cb", false)]
    public void Some_characters_depend_on_their_neighbours(string text, bool allowed) =>
        Assert.Equal(allowed, OpaqueString.TryPrepare(text, out _));

    [Fact]
    public void There_is_a_longest_text()
    {
        Assert.True(OpaqueString.TryPrepare(new string('\u0301', OpaqueString.MaxLength), out _));
        Assert.False(OpaqueString.TryPrepare(new string('a', OpaqueString.MaxLength + 1), out _));
    }
}
