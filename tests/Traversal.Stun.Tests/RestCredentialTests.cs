using System.Security.Cryptography;
using System.Text;

namespace Traversal.Stun.Tests;

public class RestCredentialTests
{
    [Fact]
    public void The_password_is_the_base64_of_an_HMAC_SHA1_of_the_username()
    {
        byte[] password = new byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword("north"u8, "1700000000:alice"u8, password, out int written);
        Assert.Equal(RestCredential.PasswordLength, written);
        Assert.Equal(Convert.ToBase64String(HMACSHA1.HashData("north"u8, "1700000000:alice"u8)), Encoding.ASCII.GetString(password));
        Assert.Throws<ArgumentException>(() => RestCredential.DerivePassword("s"u8, "u"u8, new byte[27], out _));
    }

    [Theory]
    [InlineData("1700000000", 1_700_000_000)]
    [InlineData("1700000000:", 1_700_000_000)]
    [InlineData("1700000000:alice:bob", 1_700_000_000)]
    [InlineData("0:x", 0)]
    [InlineData("9223372036854775807:x", long.MaxValue)]
    public void The_expiry_is_read(string username, long expiry)
    {
        Assert.True(RestCredential.TryReadExpiry(Encoding.ASCII.GetBytes(username), out long read));
        Assert.Equal(expiry, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("alice")]
    [InlineData("alice:1700000000")]
    [InlineData("-1:x")]
    [InlineData("+1:x")]
    [InlineData(" 1:x")]
    [InlineData("1.5:x")]
    [InlineData("9223372036854775808:x")]
    [InlineData("99999999999999999999999999:x")]
    public void Other_usernames_have_none(string username) =>
        Assert.False(RestCredential.TryReadExpiry(Encoding.ASCII.GetBytes(username), out _));
}
