using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Finds the IPv4 address to which a gateway would send what goes to an IPv6 address.</summary>
internal static class EmbeddedIPv4
{
    private const ulong WellKnownTranslation = 0x0064_FF9B_0000_0000; // 64:ff9b::/96 (RFC 6052)
    private const ulong LocalTranslation = 0x0064_FF9B_0001; // 64:ff9b:1::/48 (RFC 8215), which may be cut anywhere; /96 is usual
    private const ulong IsatapIdentifier = 0x5EFE; // RFC 5214 section 6.1
    private const ulong UniversalBit = 0x0200_0000;

    /// <summary>
    /// Reads the address inside a translated or ISATAP one. Those of tunnels are no matter, as <see cref="SpecialPurposeNetworks.IsTunnel"/> refuses
    /// them all.
    /// </summary>
    public static bool TryRead(in TransportAddress address, out TransportAddress embedded)
    {
        embedded = default;
        if (!address.IsIPv6) return false;

        bool compatible = address.HighBits == 0 && address.LowBits >> 32 == 0 && address.LowBits > 1;
        bool translated = (address.HighBits == WellKnownTranslation && address.LowBits >> 32 == 0) || address.HighBits >> 16 == LocalTranslation;
        bool isatap = (address.LowBits >> 32 & ~UniversalBit) == IsatapIdentifier;
        if (!compatible && !translated && !isatap) return false;

        embedded = TransportAddress.FromIPv4((uint)address.LowBits, address.Port);
        return true;
    }
}
