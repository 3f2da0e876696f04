using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class PeerPolicyTests
{
    /// <summary>The rows of the IANA special-purpose registries, by their first and last address, and what else is not unicast.</summary>
    public static TheoryData<string, string> SpecialPurpose => new()
    {
        { "0.0.0.0", "0.255.255.255" },
        { "10.0.0.0", "10.255.255.255" },
        { "100.64.0.0", "100.127.255.255" },
        { "127.0.0.0", "127.255.255.255" },
        { "169.254.0.0", "169.254.255.255" },
        { "172.16.0.0", "172.31.255.255" },
        { "192.0.0.0", "192.0.0.255" },
        { "192.0.2.0", "192.0.2.255" },
        { "192.31.196.0", "192.31.196.255" },
        { "192.52.193.0", "192.52.193.255" },
        { "192.88.99.0", "192.88.99.255" },
        { "192.168.0.0", "192.168.255.255" },
        { "192.175.48.0", "192.175.48.255" },
        { "198.18.0.0", "198.19.255.255" },
        { "198.51.100.0", "198.51.100.255" },
        { "203.0.113.0", "203.0.113.255" },
        { "224.0.0.0", "239.255.255.255" },
        { "240.0.0.0", "255.255.255.255" },
        { "::", "::1" },
        { "::ffff:0.0.0.0", "::ffff:0.255.255.255" },
        { "64:ff9b::", "64:ff9b::ffff:ffff" },
        { "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff" },
        { "100::", "100::ffff:ffff:ffff:ffff" },
        { "100:0:0:1::", "100::1:ffff:ffff:ffff:ffff" },
        { "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2001:1::1", "2001:1::3" },
        { "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff" },
        { "2001:3::", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2001:4:112::", "2001:4:112:ffff:ffff:ffff:ffff:ffff" },
        { "2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2001:30::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff" },
        { "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    };

    [Theory]
    [MemberData(nameof(SpecialPurpose))]
    public void Every_special_purpose_network_is_denied_from_first_to_last(string first, string last)
    {
        Assert.Equal(PeerAccess.Denied, PeerPolicy.Default.Evaluate(Address(first)));
        Assert.Equal(PeerAccess.Denied, PeerPolicy.Default.Evaluate(Address(last)));
        Assert.Equal(PeerAccess.Denied, PeerPolicy.Default.EvaluateAddress(Address(last)));
    }

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.0.3.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2001:200::")]
    [InlineData("2001:db9::")]
    [InlineData("2003::")]
    [InlineData("2a00::1")]
    [InlineData("fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void What_lies_beside_them_is_allowed(string address) => Assert.Equal(PeerAccess.Allowed, PeerPolicy.Default.Evaluate(Address(address)));

    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("::127.0.0.1")]
    [InlineData("::8.8.8.8")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::8.8.8.8")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:808:808::1")]
    [InlineData("2001:0:808:808:8000:63bf:80ff:fffe")]
    [InlineData("2a00::5efe:10.0.0.1")]
    [InlineData("2a00::200:5efe:127.0.0.1")]
    public void Other_spellings_of_denied_addresses_are_denied(string address) =>
        Assert.Equal(PeerAccess.Denied, PeerPolicy.Default.Evaluate(Address(address)));

    [Theory]
    [InlineData("2a00::5efe:8.8.8.8", PeerAccess.Allowed)]
    [InlineData("64:ff9b::8.8.8.8", PeerAccess.AllowedByRule)]
    [InlineData("64:ff9b::10.0.0.1", PeerAccess.Denied)]
    [InlineData("64:ff9b::9.9.9.9", PeerAccess.Denied)]
    [InlineData("2002:808:808::1", PeerAccess.Denied)]
    [InlineData("2001::1", PeerAccess.Denied)]
    public void An_opened_translator_leads_only_where_IPv4_may_go_and_a_tunnel_cannot_be_opened(string address, PeerAccess expected)
    {
        PeerPolicy policy = Policy("+64:ff9b::/96", "+2002::/16", "+2001::/32", "-9.9.9.9");
        Assert.Equal(expected, policy.Evaluate(Address(address)));
    }

    [Theory]
    [InlineData("2a00:64::/32", "2a00:64:a00:1::", "2a00:64:808:808::")]
    [InlineData("2a00:64:0100::/40", "2a00:64:10a:0:1::", "2a00:64:108:808:8::")]
    [InlineData("2a00:64:1::/48", "2a00:64:1:a00:0:100::", "2a00:64:1:808:8:800::")]
    [InlineData("2a00:64:1:200::/56", "2a00:64:1:20a::1:0:0", "2a00:64:1:208:8:808::")]
    [InlineData("2a00:64:1:2::/64", "2a00:64:1:2:a:0:100::", "2a00:64:1:2:8:808:800::")]
    [InlineData("2a00:64:1:2:3:4::/96", "2a00:64:1:2:3:4:a00:1", "2a00:64:1:2:3:4:808:808")]
    public void A_translator_of_the_operators_own_leads_only_where_IPv4_may_go(string prefix, string closed, string open)
    {
        Assert.True(TranslationPrefix.TryParse(prefix, out TranslationPrefix? translator));
        PeerPolicy policy = PeerPolicy.Create([], [translator!]);

        Assert.Equal(PeerAccess.Denied, policy.Evaluate(Address(closed)));
        Assert.Equal(PeerAccess.Allowed, policy.Evaluate(Address(open)));
        Assert.Equal(PeerAccess.Allowed, policy.Evaluate(Address("2a00:65::1")));
    }

    [Theory]
    [InlineData("2a00:64::")]
    [InlineData("2a00:64::/95")]
    [InlineData("2a00:64::/128")]
    [InlineData("::ffff:10.0.0.0/96")]
    [InlineData("10.0.0.0/32")]
    [InlineData("fe80::1%1/96")]
    public void What_is_no_prefix_of_a_translator_is_refused(string text) => Assert.False(TranslationPrefix.TryParse(text, out _));

    [Theory]
    [InlineData("10.0.0.1", PeerAccess.AllowedByRule)]
    [InlineData("10.1.0.1", PeerAccess.Denied)]
    [InlineData("10.1.1.1", PeerAccess.AllowedByRule)]
    [InlineData("10.1.1.128", PeerAccess.Denied)]
    [InlineData("::ffff:10.1.1.128", PeerAccess.Denied)]
    [InlineData("::ffff:10.1.1.1", PeerAccess.AllowedByRule)]
    [InlineData("8.8.8.8", PeerAccess.AllowedByRule)]
    [InlineData("127.0.0.1", PeerAccess.AllowedByRule)]
    [InlineData("192.168.0.1", PeerAccess.Denied)]
    public void The_most_specific_rule_wins_whichever_way_it_decides(string address, PeerAccess expected)
    {
        PeerPolicy policy = Policy("-10.1.1.128/25", "+10.0.0.0/8", "+10.1.1.0/24", "-10.1.0.0/16", "+0.0.0.0/0", "+127.0.0.0/8");
        Assert.Equal(expected, policy.Evaluate(Address(address)));
    }

    [Fact]
    public void Of_two_equal_rules_the_one_that_denies_wins()
    {
        Assert.Equal(PeerAccess.Denied, Policy("+10.0.0.0/8", "-10.0.0.0/8").Evaluate(Address("10.0.0.1")));
        Assert.Equal(PeerAccess.Denied, Policy("-10.0.0.0/8", "+10.0.0.0/8").Evaluate(Address("10.0.0.1")));
    }

    [Fact]
    public void Ports_narrow_a_rule()
    {
        PeerPolicy policy = Policy("+10.0.0.0/8:5000-5010", "-10.0.0.0/8:5005", "-8.8.8.8:53");
        Assert.True(policy.HasPortRules);
        Assert.Equal(PeerAccess.AllowedByRule, policy.Evaluate(Address("10.0.0.1", 5000)));
        Assert.Equal(PeerAccess.AllowedByRule, policy.Evaluate(Address("10.0.0.1", 5010)));
        Assert.Equal(PeerAccess.Denied, policy.Evaluate(Address("10.0.0.1", 5005)));
        Assert.Equal(PeerAccess.Denied, policy.Evaluate(Address("10.0.0.1", 4999)));
        Assert.Equal(PeerAccess.Denied, policy.Evaluate(Address("8.8.8.8", 53)));
        Assert.Equal(PeerAccess.Allowed, policy.Evaluate(Address("8.8.8.8", 54)));
        Assert.Equal(PeerAccess.AllowedByRule, policy.EvaluateAddress(Address("10.0.0.1")));
        Assert.Equal(PeerAccess.Allowed, policy.EvaluateAddress(Address("8.8.8.8")));
        Assert.Equal(PeerAccess.Denied, policy.EvaluateAddress(Address("192.168.0.1")));
    }

    [Fact]
    public void No_address_is_denied() => Assert.Equal(PeerAccess.Denied, PeerPolicy.Default.Evaluate(default));

    [Theory]
    [InlineData("10.0.0.0/8", 8, 0, 65535)]
    [InlineData("10.0.0.1", 32, 0, 65535)]
    [InlineData("10.0.0.0/8:80", 8, 80, 80)]
    [InlineData("10.0.0.1:80-90", 32, 80, 90)]
    [InlineData("fd00::/8", 8, 0, 65535)]
    [InlineData("::1", 128, 0, 65535)]
    [InlineData("[fd00::]/8", 8, 0, 65535)]
    [InlineData("[fd00::1]:80", 128, 80, 80)]
    [InlineData("[fd00::]/8:80-90", 8, 80, 90)]
    [InlineData("::ffff:10.0.0.0/104", 8, 0, 65535)]
    public void Rules_are_read(string text, int prefix, int minPort, int maxPort)
    {
        Assert.True(PeerRule.TryParse(text, allow: true, out PeerRule? rule));
        Assert.Equal((prefix, minPort, maxPort), (rule!.PrefixLength, rule.MinPort, rule.MaxPort));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8:")]
    [InlineData("10.0.0.0/8:90-80")]
    [InlineData("10.0.0.0/8:65536")]
    [InlineData("10.0/8")]
    [InlineData("example.org")]
    [InlineData("[10.0.0.1]")]
    [InlineData("[fd00::1")]
    [InlineData("[fd00::1]x")]
    [InlineData("fd00::/129")]
    [InlineData("fe80::1%1/64")]
    [InlineData("::ffff:0.0.0.0/95")]
    [InlineData("10.0.0.0/8 ")]
    [InlineData("1/2/3")]
    public void What_is_no_rule_is_refused(string text) => Assert.False(PeerRule.TryParse(text, allow: true, out _));

    private static TransportAddress Address(string address, ushort port = 4000) =>
        TransportAddress.From(System.Net.IPAddress.Parse(address), port);

    private static PeerPolicy Policy(params string[] rules) => PeerPolicy.Create(rules.Select(text =>
    {
        Assert.True(PeerRule.TryParse(text.AsSpan(1), text[0] == '+', out PeerRule? rule));
        return rule!;
    }));
}
