using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Stories to begin with.</summary>
internal static class RelaySeeds
{
    private const byte OpensAtOnce = 1, OffersSha256 = 2, TranslatesAddresses = 8, IsSmall = 16, HasPortRules = 32, HasSoftware = 64, IsSlow = 128;

    private static readonly byte[] EvenPort = [0x00, 0x18, 0x00, 0x01, 0x80, 0, 0, 0];
    private static readonly byte[] IPv6Family = [0x00, 0x17, 0x00, 0x04, 0x02, 0, 0, 0];

    // Who comes with a token, beside the number of a client.
    private const int Bearer = 0x40, SoonOver = 0x50, OfOtherKey = 0x60, OfNobody = 0x70;

    private static TransportAddress Peer => RelayClients.Peers[0];

    private static TransportAddress PeerIPv6 => RelayClients.Peers[3];

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All() =>
    [
        new("allocate", new RelayStory(OpensAtOnce).Allocate(0).Bytes),
        new("binding", new RelayStory(0).Tell(RelayEventKind.Datagram, 0, 0, StunSeeds.All().First().Bytes).Bytes),
        new("send-and-receive", new RelayStory(OpensAtOnce)
            .Allocate(0).Permit(0, Peer).Send(0, Peer, 1, 2, 3).FromPeer(0, 0, 4, 5, 6).FromPeer(0, 2, 7).Bytes),
        new("channel", new RelayStory(OpensAtOnce)
            .Allocate(1).Bind(1, 0x4000, Peer).SendOnChannel(1, 0x4000, 1, 2, 3).FromPeer(0, 0, 4, 5).FromPeer(0, 1, 6).Bytes),
        new("channel-over-a-stream", new RelayStory(OpensAtOnce)
            .Tell(RelayEventKind.Connection, 0, 0).Allocate(5).Bind(5, 0x4001, Peer).FromPeer(0, 0, 4, 5).SendOnChannel(5, 0x4001, 9)
            .Tell(RelayEventKind.Connection, 0, 0).FromPeer(0, 0, 4).Bytes),
        new("ipv6", new RelayStory(OpensAtOnce | HasSoftware)
            .Allocate(3, 4, IPv6Family).Permit(3, PeerIPv6, 4).Send(3, PeerIPv6, 1, 2, 3).FromPeer(0, 3, 4, 5, 6)
            .Bind(3, 0x4FFF, PeerIPv6, 4).Bytes),
        new("expiry", new RelayStory(OpensAtOnce)
            .Allocate(0).Permit(0, Peer).WaitMinutes(4).FromPeer(0, 0, 1).WaitMinutes(2).FromPeer(0, 0, 2).Refresh(0, 1200).WaitMinutes(15)
            .Bind(0, 0x4000, Peer).WaitMinutes(6).FromPeer(0, 0, 3).Refresh(0, 0).Bytes),
        new("driver-answers-late", new RelayStory(0)
            .Allocate(0).Tell(RelayEventKind.RelayAnswer, 0, 2).Tell(RelayEventKind.RelayAnswer, 0, 0).Allocate(2, 8)
            .Tell(RelayEventKind.RelayAnswer, 0, 3).Allocate(1).WaitMinutes(1)
            .Tell(RelayEventKind.RelayAnswer, 0, 0).Tell(RelayEventKind.Stray, 1, 0).Bytes),
        new("sha256", new RelayStory(OpensAtOnce | OffersSha256).Allocate(0, 64 | 16).Permit(0, Peer, 64).Refresh(0, 0, 64).Bytes),
        new("quotas", new RelayStory(OpensAtOnce | IsSmall)
            .Allocate(0).Allocate(1).Allocate(2).Allocate(3, 4).Permit(0, Peer).Permit(0, RelayClients.Peers[2]).Bind(0, 0x4000, Peer)
            .Bind(0, 0x4001, RelayClients.Peers[1]).Bind(0, 0x4002, RelayClients.Peers[2]).Bytes),
        new("reserve-the-next-port", new RelayStory(OpensAtOnce)
            .Allocate(0, 0, EvenPort).Allocate(2, 4, EvenPort).WaitMinutes(1).Allocate(1).Bytes),
        new("tokens", new RelayStory(OpensAtOnce)
            .Allocate(Bearer).Permit(Bearer, Peer).Bind(Bearer, 0x4000, Peer).SendOnChannel(0, 0x4000, 1).Refresh(Bearer, 600)
            .Allocate(1 | OfOtherKey).Refresh(OfOtherKey, 3600).Permit(OfOtherKey, Peer).Permit(Bearer, Peer).Refresh(Bearer, 0).Bytes),
        new("tokens-refused", new RelayStory(OpensAtOnce | OffersSha256)
            .Allocate(OfNobody).Allocate(Bearer, 32).Allocate(Bearer, 64).Refresh(0, 0, 4).Tell(RelayEventKind.Administration, 0, 1)
            .Refresh(Bearer, 600).Tell(RelayEventKind.Administration, 0, 2).Refresh(Bearer, 600, 64).Bytes),
        new("tokens-that-are-over", new RelayStory(OpensAtOnce)
            .Allocate(SoonOver).WaitMinutes(1).Refresh(SoonOver, 3600).WaitMinutes(1).Refresh(SoonOver, 600).Allocate(SoonOver).Bytes),
        new("tokens-forged", new RelayStory(OpensAtOnce)
            .Allocate(Bearer, 0, Forged(64, 12)).Allocate(Bearer, 0, Forged(64, 735)).Allocate(Bearer, 0, Forged(2, 12)).Allocate(Bearer, 0, Forged(160, 0xFFFF))
            .Allocate(Bearer, 0, Forged(0, 0)).Bytes),
        new("policy", new RelayStory(OpensAtOnce | HasPortRules)
            .Allocate(0).Permit(0, RelayClients.Peers[5]).Send(0, RelayClients.Peers[5], 1).Permit(0, Peer).Bind(0, 0x4000, Peer)
            .Tell(RelayEventKind.Administration, 0, 5).SendOnChannel(0, 0x4000, 1).FromPeer(0, 0, 1).FromPeer(0, 5, 1).Bytes),
        new("credentials", new RelayStory(OpensAtOnce)
            .Allocate(0, 4).Tell(RelayEventKind.Administration, 0, 1).Refresh(0, 600, 4).Allocate(1, 8)
            .Tell(RelayEventKind.Administration, 0, 0).Allocate(1).Bytes),
        new("nonces", new RelayStory(OpensAtOnce)
            .Allocate(0, 32).Allocate(0, 12).Allocate(0).Request(0, 128, 0x00, 0x19, 0x00, 0x04, 17, 0, 0, 0).Bytes),
        new("translated", new RelayStory(OpensAtOnce | TranslatesAddresses | IsSlow)
            .Allocate(0).Allocate(1).Permit(0, Peer).Permit(0, RelayServer.OuterHost).Permit(1, RelayServer.OuterHost)
            .FromPeer(0, 8, 1).FromPeer(0, 9, 1).Send(0, Peer, 1, 2, 3).Bytes),
        new("redeem", new RelayStory(OpensAtOnce)
            .Allocate(0, 0, EvenPort).Redeem(1).Redeem(2).Allocate(2, 0, EvenPort).WaitMinutes(1).Redeem(5).Bytes),
        new("much", new RelayStory(OpensAtOnce)
            .Allocate(0).Bind(0, 0x4000, Peer).SendMuchOnChannel(0, 0x4000).FromPeer(0, 128).FromPeer(0, 128 | 1).Bytes),
        new("too-much", new RelayStory(OpensAtOnce | IsSlow)
            .Allocate(0).Bind(0, 0x4000, Peer).SendMuchOnChannel(0, 0x4000).SendMuchOnChannel(0, 0x4000).FromPeer(0, 128).FromPeer(0, 128 | 1)
            .Send(0, Peer, 1).Bytes),
        .. FromRelayToRelay(),
    ];

    // ACCESS-TOKEN of any length that says anything of its nonce.
    private static byte[] Forged(byte length, ushort nonceLength)
    {
        byte[] attribute = new byte[4 + (length + 3 & ~3)];
        (attribute[1], attribute[3]) = ((byte)StunAttributeType.AccessToken, length);
        if (length >= 2) BinaryPrimitives.WriteUInt16BigEndian(attribute.AsSpan(4), nonceLength);
        return attribute;
    }

    // Two clients of one server talk to each other through both relays; where those are, the first allocations of every run decide.
    private static IEnumerable<Seed> FromRelayToRelay() =>
        from configuration in (byte[])[OpensAtOnce, OpensAtOnce | TranslatesAddresses]
        let relays = RelayHarness.FirstRelays(configuration, new RelayStory(configuration).Allocate(0).Allocate(1).Bytes)
        select new Seed(configuration == OpensAtOnce ? "hairpin" : "hairpin-translated", new RelayStory(configuration)
            .Allocate(0).Allocate(1).Permit(0, relays[1]).Permit(1, relays[0]).Send(0, relays[1], 1, 2, 3).Send(1, relays[0], 4, 5)
            .Bind(1, 0x4000, relays[0]).SendOnChannel(1, 0x4000, 6).SendMuchOnChannel(1, 0x4000)
            .Send(0, relays[1], 7, 8, 9).Bytes);
}
