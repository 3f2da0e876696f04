using Traversal.Client.Ice;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>Which addresses of a machine become host candidates (RFC 8445 section 5.1.1.1).</summary>
public sealed class HostAddressesTests
{
    private static readonly string[] Interfaces = ["lo", "eth0", "eth1", "tun0"];

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.1-1")]
    public void Every_address_of_every_interface() =>
        Assert.Equal("2001:db8::5 192.0.2.1 203.0.113.9", Chosen("eth0 192.0.2.1", "eth0 2001:db8::5", "eth1 203.0.113.9"));

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.1-4")]
    public void None_of_loopback() => Assert.Equal("192.0.2.1", Chosen("lo 127.0.0.1", "lo ::1", "lo 192.0.2.77", "eth0 192.0.2.1"));

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.1-5")]
    [Trait("Requirement", "RFC8445-5.1.1.1-6")]
    public void None_that_is_out_of_use() => Assert.Equal("192.0.2.1", Chosen("eth0 ::192.0.2.1", "eth0 fec0::1", "eth0 ::ffff:192.0.2.1", "eth0 192.0.2.1"));

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.1-7")]
    public void None_that_follows_the_machine_where_there_is_one_of_the_same_network_that_does_not()
    {
        const string OfHardware = "2001:db8::211:22ff:fe33:4455", OfChance = "2001:db8::9c1e:7a02:11d4:83aa";
        Assert.Equal(OfChance, Chosen("eth0 " + OfHardware, "eth0 " + OfChance));
        Assert.Equal(OfHardware, Chosen("eth0 " + OfHardware));
        Assert.Equal(OfHardware + " 2001:db8:0:1:9c1e:7a02:11d4:83aa", Chosen("eth0 " + OfHardware, "eth0 2001:db8:0:1:9c1e:7a02:11d4:83aa"));
        Assert.Equal(OfHardware + " " + OfChance, Chosen("eth0 " + OfHardware, "eth1 " + OfChance));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.1.1-8")]
    public void None_of_the_link_where_there_is_another() =>
        Assert.Equal("2001:db8::9c1e:7a02:11d4:83aa", Chosen("eth0 fe80::211:22ff:fe33:4455%2", "eth0 2001:db8::9c1e:7a02:11d4:83aa"));

    [Fact]
    [Trait("Requirement", "RFC8445-19.1-1")]
    public void None_that_the_application_does_not_want() => Assert.Equal(
        "192.0.2.1", Texts(HostAddresses.Choose([Of("eth0 192.0.2.1"), Of("tun0 10.8.0.2")], address => address.InterfaceName != "tun0")));

    private static string Chosen(params string[] all) => Texts(HostAddresses.Choose([.. all.Select(Of)], filter: null));

    private static string Texts(IEnumerable<InterfaceAddress> addresses) =>
        string.Join(' ', addresses.Select(address => address.Address.ToString()).Select(text => text[..text.LastIndexOf(':')].Trim('[', ']')));

    private static InterfaceAddress Of(string text)
    {
        string[] words = text.Split(' ');
        string address = words[1].Contains(':', StringComparison.Ordinal) ? $"[{words[1]}]:0" : $"{words[1]}:0";
        InterfaceKind kind = words[0] == "lo" ? InterfaceKind.Loopback : InterfaceKind.Wired;
        return new InterfaceAddress(TransportAddress.Parse(address), 64, words[0], Array.IndexOf(Interfaces, words[0]), kind);
    }
}
