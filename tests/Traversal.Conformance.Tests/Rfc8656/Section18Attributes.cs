using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 18: reserved bits are ignored when they come in and zero when they go out.</summary>
public sealed class Section18Attributes
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section18Attributes() => _client = new TestClient(_relay);

    [Fact]
    [Trait("Requirement", "RFC8656-18.1-1")]
    public void What_follows_a_channel_number_is_ignored()
    {
        _client.Allocate();
        Sent sent = _client.Request(StunMethod.ChannelBind, (ref writer) =>
        {
            writer.Add(StunAttributeType.ChannelNumber, [0x40, 0x00, 0xAB, 0xCD]);
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
        });

        Assert.True(sent.IsSuccess);
        Assert.False(_client.ChannelData(0x4000, [1]).IsNothing);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-18.6-1")]
    public void What_follows_a_requested_family_is_ignored() =>
        Assert.Equal(
            IPFamily.IPv6,
            _client.Allocate((ref writer) => writer.Add(StunAttributeType.RequestedAddressFamily, [0x02, 0xFF, 0xFF, 0xFF])).Relayed.Family);

    [Fact]
    [Trait("Requirement", "RFC8656-18.8-1")]
    public void What_follows_a_requested_transport_is_ignored() =>
        Assert.True(_client.Request(StunMethod.Allocate, (ref writer) => writer.Add(StunAttributeType.RequestedTransport, [17, 0xFF, 0xFF, 0xFF])).IsSuccess);

    [Fact]
    [Trait("Requirement", "RFC8656-18.12-1")]
    [Trait("Requirement", "RFC8656-18.12-2")]
    public void The_reserved_bits_of_ADDRESS_ERROR_CODE_are_zero_and_its_reason_is_short_text()
    {
        var relay = new TestRelay(options => options.RelayAddresses.Add(new(TransportAddress.Parse("198.0.2.9:0"))));
        Sent sent = new TestClient(relay).Allocate((ref writer) => writer.AddAdditionalAddressFamily(IPFamily.IPv6));

        Assert.True(sent.IsSuccess);
        Assert.True(sent.Message.TryGet(StunAttributeType.AddressErrorCode, out ReadOnlySpan<byte> value));
        Assert.Equal((2, 0, 4, 40), (value[0], value[1], value[2], value[3]));
        Assert.InRange(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(value[4..]).Length, 0, 127);
    }

    [Theory]
    [InlineData("9.9.9.9:9", 3, 4, 1400)]
    [InlineData("9.9.9.9:9", 3, 1, 0)]
    [InlineData("9.9.9.9:9", 11, 0, 0)]
    [InlineData("[2a01::9]:9", 2, 0, 1400)]
    [InlineData("[2a01::9]:9", 1, 4, 0)]
    [Trait("Requirement", "RFC8656-18.13-1")]
    [Trait("Requirement", "RFC8656-18.13-2")]
    public void The_reserved_bytes_of_ICMP_are_zero_and_so_is_the_error_data_but_for_an_MTU(string peer, byte type, byte code, uint data)
    {
        _client.Allocate((ref writer) => writer.AddAdditionalAddressFamily(IPFamily.IPv6));
        _client.CreatePermission(peer);
        TransportAddress address = TransportAddress.Parse(peer);
        SocketId relay = address.IsIPv4 ? _client.Relay : _relay.RelayAt(RelayedOf(IPFamily.IPv6));

        Sent sent = _relay.FromPath(relay, address, new IcmpError(type, code, 1400));

        Assert.True(sent.Message.TryGet(StunAttributeType.Icmp, out ReadOnlySpan<byte> value));
        Assert.Equal([0, 0, type, code, 0, 0, (byte)(data >> 8), (byte)data], value.ToArray());
    }

    private TransportAddress RelayedOf(IPFamily family) => _relay.Commands.Last(command => command.Address.Family == family).Address;
}
