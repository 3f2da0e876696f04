using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <summary>Whom no relay may ever send to, decided without the code under test.</summary>
internal static class PeerRules
{
    private const ulong Nat64Prefix = 0x0064_FF9B_0000_0000;

    /// <summary>Whether a server with one of the policies of <see cref="RelayServer"/> may send there.</summary>
    public static bool MayReach(in TransportAddress peer, PeerPolicy policy)
    {
        if (peer.Port == 0) return false;
        if (peer.HasSameAddress(in RelayClients.ServerIPv4) || peer.HasSameAddress(in RelayClients.ServerIPv6)) return false;
        if (peer.IsIPv4) return MayReach(peer.IPv4Bits, peer.Port, policy);
        bool embedsIPv4 = peer.IsIPv4Mapped || peer is { HighBits: Nat64Prefix, LowBits: <= uint.MaxValue };
        if (embedsIPv4) return MayReach((uint)peer.LowBits, peer.Port, policy);

        bool isGlobal = peer.HighBits >> 61 == 1;
        bool isTunnel = peer.HighBits >> 48 == 0x2002 || peer.HighBits >> 32 == 0x2001_0000;
        bool isDocumentation = peer.HighBits >> 32 == 0x2001_0DB8;
        return isGlobal && !isTunnel && !isDocumentation;
    }

    private static bool MayReach(uint address, ushort port, PeerPolicy policy)
    {
        if (policy == RelayServer.PortPolicy && address >> 16 == 0x0A01 && port is >= 5000 and <= 5100) return true;
        if (policy == RelayServer.StrictPolicy && address == RelayClients.Peers[0].IPv4Bits) return false;

        bool isPrivate = address >> 24 is 0 or 10 or 127 || address >> 22 == 0b01_1001_0001 ||
            address >> 20 == 0xAC1 || address >> 16 is 0xC0A8 or 0xA9FE;
        bool isDocumentation = address >> 8 is 0xC0_0002 or 0xC6_3364 or 0xCB_0071;
        return !isPrivate && !isDocumentation && address >> 28 < 14;
    }
}
