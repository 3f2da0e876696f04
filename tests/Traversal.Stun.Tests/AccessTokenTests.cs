using System.Security.Cryptography;
using System.Text;

namespace Traversal.Stun.Tests;

public sealed class AccessTokenTests
{
    private const ulong Timestamp = 92470300704768;

    private static readonly byte[] LongTermKey = "HGkj32KJGiuy098sdfaqbNjOiaz71923"u8.ToArray();
    private static readonly byte[] MacKey = "ZksjpweoixXmvn67534m"u8.ToArray();
    private static readonly byte[] Nonce = "h4j3k2l2n4b5"u8.ToArray();
    private static readonly byte[] Server = "blackdow.carleon.gov"u8.ToArray();

    // Appendix A of RFC 7635.
    public static TheoryData<int, string> Samples => new()
    {
        { 32, "000c68346a336b326c326e346235617ef134a3d5e44e9a19cc7dc104b0c03d03b2a551d8fdf5cd3b6dca6f10cfb77e5b2ddec84d293a5c5049935 9f0c2e26f76".Replace(" ", "", StringComparison.Ordinal) },
        { 16, "000c68346a336b326c326e3462357fb9e99f0827be3df1e1bd651493d3031d36df57079784aee5eacb65fad4f27fab1a3f97974b69f851b24bf5af09eda357e0" },
    };

    // RFC7635-4.1.1-2, RFC7635-6.2-2, RFC7635-6.2-4
    [Theory]
    [MemberData(nameof(Samples))]
    public void The_sample_tickets_open(int keyLength, string sample)
    {
        using var cipher = new AesGcm(LongTermKey.AsSpan(0, keyLength), 16);
        byte[] macKey = new byte[AccessToken.MaxMacKeyLength];
        Assert.True(AccessToken.TryOpen(Convert.FromHexString(sample), cipher, Server, macKey, out AccessTokenTerms terms));
        Assert.Equal(MacKey, macKey[..terms.MacKeyLength]);
        Assert.Equal(3600u, terms.LifetimeSeconds);
        Assert.Equal(Timestamp, terms.Timestamp);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(32)]
    public void What_was_sealed_opens_for_its_server_alone(int keyLength)
    {
        byte[] macKey = RandomNumberGenerator.GetBytes(keyLength), opened = new byte[32];
        byte[] token = Seal(macKey);
        using var cipher = new AesGcm(LongTermKey, 16);
        Assert.True(AccessToken.TryOpen(token, cipher, Server, opened, out AccessTokenTerms terms));
        Assert.Equal(macKey, opened[..terms.MacKeyLength]);
        Assert.False(AccessToken.TryOpen(token, cipher, Encoding.ASCII.GetBytes("turn.example.org"), opened, out _));
        for (int i = 0; i < token.Length; i++)
        {
            token[i] ^= 1;
            Assert.False(AccessToken.TryOpen(token, cipher, Server, opened, out _));
            token[i] ^= 1;
        }
    }

    // CVE-2026-43994
    [Fact]
    public void No_length_in_a_token_is_believed_before_it_is_judged()
    {
        using var cipher = new AesGcm(LongTermKey, 16);
        byte[] macKey = new byte[32], token = Seal(MacKey);
        for (int length = 0; length < token.Length; length++) Assert.False(AccessToken.TryOpen(token.AsSpan(0, length), cipher, Server, macKey, out _));
        foreach (int nonceLength in (int[])[0, 11, 13, 256, 735, 0xFFFF])
        {
            (token[0], token[1]) = ((byte)(nonceLength >> 8), (byte)nonceLength);
            Assert.False(AccessToken.TryOpen(token, cipher, Server, macKey, out _));
        }

        Assert.False(AccessToken.TryOpen(new byte[2000], cipher, Server, macKey, out _));
    }

    [Fact]
    public void A_forged_token_costs_no_exception()
    {
        using var cipher = new AesGcm(LongTermKey, 16);
        byte[] macKey = new byte[32], token = Seal(MacKey);
        token[^1] ^= 1;
        int thrown = 0, thread = Environment.CurrentManagedThreadId;
        void Count(object? sender, EventArgs first) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        Assert.False(AccessToken.TryOpen(token, cipher, Server, macKey, out _));
        AppDomain.CurrentDomain.FirstChanceException -= Count;
        Assert.Equal(0, thrown);
        Assert.Equal(new byte[32], macKey);
    }

    [Fact]
    public void An_allocation_lasts_no_longer_than_the_token_is_good_in_all()
    {
        var terms = new AccessTokenTerms(20, 1_000_000UL << 16, 60);
        Assert.Equal(60u, terms.MaxAllocationSeconds(1_000_000));
        Assert.Equal(60u, terms.MaxAllocationSeconds(1_000_005));
        Assert.Equal(59u, terms.MaxAllocationSeconds(1_000_006));
        Assert.Equal(0u, terms.MaxAllocationSeconds(1_000_065));
        Assert.Equal(0u, new AccessTokenTerms(20, 1_000_000UL << 16, 0).MaxAllocationSeconds(1_000_000));
        Assert.Equal(uint.MaxValue, new AccessTokenTerms(20, 1_000_000UL << 16, uint.MaxValue).MaxAllocationSeconds(1_000_000));
    }

    // RFC7635-7-1, RFC7635-9-3, RFC7635-9-4
    [Fact]
    public void A_token_is_good_for_its_lifetime_and_five_seconds()
    {
        var terms = new AccessTokenTerms(20, 1_000_000UL << 16, 60);
        Assert.Equal(65, terms.RemainingSeconds(1_000_000));
        Assert.Equal(1, terms.RemainingSeconds(1_000_064));
        Assert.Equal(0, terms.RemainingSeconds(1_000_065));
        Assert.Equal(0, terms.RemainingSeconds(999_000));
        Assert.Equal(0, new AccessTokenTerms(20, ulong.MaxValue, uint.MaxValue).RemainingSeconds(1_000_000));
    }

    private static byte[] Seal(byte[] macKey)
    {
        using var cipher = new AesGcm(LongTermKey, 16);
        byte[] token = new byte[AccessToken.MaxLength];
        return token[..AccessToken.Seal(macKey, Timestamp, 3600, cipher, Nonce, Server, token)];
    }
}
