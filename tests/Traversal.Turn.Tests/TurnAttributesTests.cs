using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests;

public sealed class TurnAttributesTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        var peer = TransportAddress.Parse("[2001:db8::1]:4000");
        StunMessage message = Parse((ref writer) =>
        {
            writer.AddLifetime(600);
            writer.AddRequestedTransport(TransportProtocol.Udp);
            writer.AddRequestedAddressFamily(IPFamily.IPv6);
            writer.AddAdditionalAddressFamily(IPFamily.IPv4);
            writer.AddEvenPort(reserveNext: true);
            writer.AddReservationToken(0x0102030405060708);
            writer.AddChannelNumber(new ChannelNumber(0x4123));
            writer.AddPeerAddress(peer);
            writer.AddAddressErrorCode(IPFamily.IPv6, StunErrorCode.InsufficientCapacity);
            writer.AddIcmp(new IcmpError(3, 4, 1400));
        });

        Assert.Equal(TurnAttributeStatus.Present, message.ReadLifetime(out uint seconds));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadRequestedTransport(out TransportProtocol protocol));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadRequestedAddressFamily(out IPFamily family));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadAdditionalAddressFamily(out IPFamily additional));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadEvenPort(out bool reserveNext));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadReservationToken(out ulong token));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadChannelNumber(out ChannelNumber channel));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadPeerAddress(out TransportAddress readPeer));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadAddressErrorCode(out IPFamily refused, out StunErrorCode code));
        Assert.Equal(TurnAttributeStatus.Present, message.ReadIcmp(out IcmpError icmp));
        Assert.Equal((600u, TransportProtocol.Udp, IPFamily.IPv6, IPFamily.IPv4), (seconds, protocol, family, additional));
        Assert.Equal((true, 0x0102030405060708ul, (ushort)0x4123, peer), (reserveNext, token, channel.Value, readPeer));
        Assert.Equal((IPFamily.IPv6, StunErrorCode.InsufficientCapacity), (refused, code));
        Assert.Equal(new IcmpError(3, 4, 1400), icmp);
    }

    [Fact]
    public void Every_other_length_is_malformed()
    {
        for (int length = 0; length <= 24; length++)
        {
            byte[] value = new byte[length];
            StunMessage message = Parse((ref writer) =>
            {
                foreach (StunAttributeType type in (StunAttributeType[])
                    [StunAttributeType.Lifetime, StunAttributeType.RequestedTransport, StunAttributeType.RequestedAddressFamily,
                        StunAttributeType.AdditionalAddressFamily, StunAttributeType.EvenPort, StunAttributeType.ReservationToken,
                        StunAttributeType.ChannelNumber, StunAttributeType.Icmp])
                {
                    writer.Add(type, value);
                }
            });
            Assert.Equal(Expected(length == 4), message.ReadLifetime(out _));
            Assert.Equal(Expected(length == 4), message.ReadRequestedTransport(out _));
            Assert.Equal(Expected(length == 4), message.ReadRequestedAddressFamily(out _));
            Assert.Equal(Expected(length == 4), message.ReadAdditionalAddressFamily(out _));
            Assert.Equal(Expected(length == 1), message.ReadEvenPort(out _));
            Assert.Equal(Expected(length == 8), message.ReadReservationToken(out _));
            Assert.Equal(Expected(length == 4), message.ReadChannelNumber(out _));
            Assert.Equal(Expected(length == 8), message.ReadIcmp(out _));
        }
    }

    [Fact]
    public void What_is_not_there_is_absent()
    {
        StunMessage message = Parse((ref _) => { });
        Assert.Equal(TurnAttributeStatus.Absent, message.ReadLifetime(out _));
        Assert.Equal(TurnAttributeStatus.Absent, message.ReadEvenPort(out _));
        Assert.Equal(TurnAttributeStatus.Absent, message.ReadReservationToken(out _));
        Assert.Equal(TurnAttributeStatus.Absent, message.ReadPeerAddress(out _));
        Assert.Equal(TurnAttributeStatus.Absent, message.ReadAddressErrorCode(out _, out _));
        Assert.Equal(TurnAttributeStatus.Absent, message.ReadIcmp(out _));
    }

    private static TurnAttributeStatus Expected(bool isRight) => isRight ? TurnAttributeStatus.Present : TurnAttributeStatus.Malformed;

    private static StunMessage Parse(Build build)
    {
        byte[] bytes = TestClient.Write(StunClass.Request, StunMethod.Allocate, TestClient.NewId(), build);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage message));
        return message;
    }
}
