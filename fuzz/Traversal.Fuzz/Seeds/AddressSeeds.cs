using System.Text;

namespace Traversal.Fuzz;

/// <summary>Addresses to begin with.</summary>
internal static class AddressSeeds
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All() =>
    [
        Make("ipv4", "192.0.2.1"), Make("ipv4-port", "192.0.2.1:3478"), Make("ipv6", "2001:db8::17"), Make("ipv6-port", "[2001:db8::17]:65535"),
        Make("ipv6-whole", "[2001:db8:1:2:3:4:5:6]:1"), Make("ipv6-mapped", "[::ffff:192.0.2.1]:443"),
        Make("ipv6-scope", "[fe80::1%4294967295]:5349"),
        Make("unspecified", "::"), Make("leading-zeros", "192.000.2.01:03478"),
    ];

    private static Seed Make(string name, string text) => new(name, Encoding.ASCII.GetBytes(text));
}
