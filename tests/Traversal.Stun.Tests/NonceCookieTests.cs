namespace Traversal.Stun.Tests;

public class NonceCookieTests
{
    [Theory]
    [InlineData(StunSecurityFeatures.None, "obMatJos2AAAA")]
    [InlineData(StunSecurityFeatures.PasswordAlgorithms, "obMatJos2gAAA")]
    [InlineData(StunSecurityFeatures.UsernameAnonymity, "obMatJos2QAAA")]
    [InlineData(StunSecurityFeatures.PasswordAlgorithms | StunSecurityFeatures.UsernameAnonymity, "obMatJos2wAAA")]
    public void Bit_0_is_the_topmost(StunSecurityFeatures features, string cookie)
    {
        byte[] nonce = new byte[NonceCookie.Length + 5];
        NonceCookie.Write(features, nonce);
        Assert.Equal(cookie, System.Text.Encoding.ASCII.GetString(nonce, 0, NonceCookie.Length));
        Assert.True(NonceCookie.TryRead(nonce, out StunSecurityFeatures read));
        Assert.Equal(features, read);
    }

    [Fact]
    public void The_nonce_of_the_RFC_has_a_bit_that_is_not_known() // Appendix B.1 writes AAAC.
    {
        Assert.True(NonceCookie.TryRead("obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA"u8, out StunSecurityFeatures features));
        Assert.Equal(2u, (uint)features);
    }

    [Theory]
    [InlineData("")]
    [InlineData("obMatJos2AAA")]
    [InlineData("obMatJos3AAAA")]
    [InlineData("obMatJos2AA==")]
    [InlineData("obMatJos2A!AA")]
    [InlineData("obMatJos2A  A")]
    [InlineData("f//499k954d6OL34oL9FSTvy64sA")]
    public void Another_nonce_has_no_cookie(string nonce) =>
        Assert.False(NonceCookie.TryRead(System.Text.Encoding.ASCII.GetBytes(nonce), out _));
}
