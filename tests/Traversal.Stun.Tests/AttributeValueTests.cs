using Traversal.Primitives;
using static Traversal.Stun.Tests.RawMessage;

namespace Traversal.Stun.Tests;

/// <summary>Typed values: what is read back is what was written, and what is malformed is not read.</summary>
public class AttributeValueTests
{
    private readonly byte[] _buffer = new byte[1024];

    [Theory]
    [InlineData("192.0.2.1:32853")]
    [InlineData("0.0.0.0:0")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    [InlineData("[::]:1")]
    public void Addresses_come_back(string text)
    {
        TransportAddress address = TransportAddress.Parse(text);
        StunMessageWriter writer = Begin();
        writer.AddAddress(StunAttributeType.AlternateServer, address);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, address);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, address.WithPort(7));
        StunMessage message = Parse(_buffer[..writer.Finish()]);

        Assert.True(message.TryGetAddress(StunAttributeType.AlternateServer, out TransportAddress clear));
        Assert.True(message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress hidden));
        Assert.Equal((address, address), (clear, hidden));
        var peers = new List<TransportAddress>();
        foreach (StunAttribute attribute in message)
        {
            if (attribute.Type == StunAttributeType.XorPeerAddress && message.TryReadXorAddress(attribute.Value, out TransportAddress peer)) peers.Add(peer);
        }

        Assert.Equal([address, address.WithPort(7)], peers);
    }

    // RFC8489-14.1-1, RFC8489-14.1-2
    [Theory]
    [InlineData(new byte[] { 0, 1, 0, 80 })]
    [InlineData(new byte[] { 0, 1, 0, 80, 1, 2, 3 })]
    [InlineData(new byte[] { 0, 2, 0, 80, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 0, 3, 0, 80, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 0, 0, 0, 80, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 0, 1, 0, 80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 })]
    [InlineData(new byte[0])]
    public void A_malformed_address_is_not_read(byte[] value)
    {
        StunMessage message = Parse(Of(Attribute(StunAttributeType.MappedAddress, value), Attribute(StunAttributeType.XorMappedAddress, value)));
        Assert.False(message.TryGetAddress(StunAttributeType.MappedAddress, out _));
        Assert.False(message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out _));
    }

    // RFC8489-14.1-3
    [Fact]
    public void The_first_byte_of_an_address_is_ignored() // RFC 8489 section 14.1
    {
        StunMessage message = Parse(Of(Attribute(StunAttributeType.MappedAddress, 0xFF, 1, 0, 80, 192, 0, 2, 1)));
        Assert.True(message.TryGetAddress(StunAttributeType.MappedAddress, out TransportAddress address));
        Assert.Equal(TransportAddress.Parse("192.0.2.1:80"), address);
    }

    [Fact]
    public void Numbers_come_back_and_other_lengths_are_not_read()
    {
        StunMessageWriter writer = Begin();
        writer.AddUInt32(StunAttributeType.Priority, 0x12345678);
        writer.AddUInt64(StunAttributeType.IceControlled, 0x123456789ABCDEF0);
        writer.AddEmpty(StunAttributeType.UseCandidate);
        StunMessage message = Parse(_buffer[..writer.Finish()]);

        Assert.True(message.TryGetUInt32(StunAttributeType.Priority, out uint priority));
        Assert.True(message.TryGetUInt64(StunAttributeType.IceControlled, out ulong tieBreaker));
        Assert.Equal((0x12345678u, 0x123456789ABCDEF0ul), (priority, tieBreaker));
        Assert.True(message.Has(StunAttributeType.UseCandidate));
        Assert.False(message.TryGetUInt32(StunAttributeType.IceControlled, out _));
        Assert.False(message.TryGetUInt64(StunAttributeType.Priority, out _));
        Assert.False(message.TryGetUInt32(StunAttributeType.UseCandidate, out _));
        Assert.False(message.TryGetUInt32(StunAttributeType.Lifetime, out _));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(401)]
    [InlineData(438)]
    [InlineData(699)]
    public void Error_codes_come_back_with_their_reason(int code)
    {
        StunMessageWriter writer = Begin();
        writer.AddErrorCode((StunErrorCode)code, "because"u8);
        StunMessage message = Parse(_buffer[..writer.Finish()]);
        Assert.True(message.TryGetErrorCode(out StunErrorCode read, out ReadOnlySpan<byte> reason));
        Assert.Equal((StunErrorCode)code, read);
        Assert.Equal("because"u8, reason);
    }

    [Fact]
    public void Every_code_of_the_registry_has_its_phrase()
    {
        foreach (StunErrorCode code in Enum.GetValues<StunErrorCode>().Where(code => code != StunErrorCode.None))
        {
            StunMessageWriter writer = Begin();
            writer.AddErrorCode(code);
            Parse(_buffer[..writer.Finish()]).TryGetErrorCode(out _, out ReadOnlySpan<byte> reason);
            Assert.False(reason.IsEmpty);
            Assert.Equal(StunErrorReason.For(code), reason);
        }
    }

    // RFC8489-14.8-4, RFC8489-14.8-5
    [Theory]
    [InlineData(2, 0)]
    [InlineData(7, 0)]
    [InlineData(0, 0)]
    [InlineData(4, 100)]
    public void An_error_code_out_of_range_is_not_read(byte hundreds, byte number)
    {
        StunMessage message = Parse(Of(Attribute(StunAttributeType.ErrorCode, 0, 0, hundreds, number)));
        Assert.False(message.TryGetErrorCode(out StunErrorCode code, out _));
        Assert.Equal(StunErrorCode.None, code);
    }

    // RFC8489-14.8-3
    [Fact]
    public void The_reserved_bits_of_an_error_code_are_ignored() // RFC 8489 section 14.8
    {
        StunMessage message = Parse(Of(Attribute(StunAttributeType.ErrorCode, 0xFF, 0xFF, 0xFC, 38)));
        Assert.True(message.TryGetErrorCode(out StunErrorCode code, out _));
        Assert.Equal(StunErrorCode.StaleNonce, code);
    }

    // RFC8489-14.8-4
    [Theory]
    [InlineData(299)]
    [InlineData(700)]
    public void An_error_code_out_of_range_is_not_written(int code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Begin().AddErrorCode((StunErrorCode)code));

    [Fact]
    public void No_address_is_an_argument_that_cannot_be_written() =>
        Assert.Throws<ArgumentException>(() => Begin().AddXorAddress(StunAttributeType.XorMappedAddress, default));

    [Fact]
    public void Discovery_and_counting_attributes_come_back()
    {
        StunMessageWriter writer = Begin();
        writer.AddChangeRequest(ChangeRequest.Address | ChangeRequest.Port);
        writer.AddResponsePort(40_000);
        writer.AddPadding(33);
        writer.AddTransmitCounter(new TransmitCounter(3, 2));
        writer.AddNomination(0xFF12_3456);
        StunMessage message = Parse(_buffer[..writer.Finish()]);

        Assert.True(message.TryGetChangeRequest(out ChangeRequest change));
        Assert.True(message.TryGetResponsePort(out ushort port));
        Assert.True(message.TryGetTransmitCounter(out TransmitCounter counter));
        Assert.True(message.TryGetNomination(out uint generation));
        Assert.Equal((ChangeRequest.Address | ChangeRequest.Port, 40_000, new TransmitCounter(3, 2), 0x12_3456u), (change, port, counter, generation));
        Assert.True(message.TryGet(StunAttributeType.Padding, out ReadOnlySpan<byte> padding));
        Assert.Equal(33, padding.Length);
    }

    [Fact]
    public void RESPONSE_PORT_is_read_without_counted_padding_too()
    {
        Assert.True(Parse(Of(Attribute(StunAttributeType.ResponsePort, 0x9C, 0x40))).TryGetResponsePort(out ushort port));
        Assert.Equal(40_000, port);
        Assert.False(Parse(Of(Attribute(StunAttributeType.ResponsePort, 1, 2, 3))).TryGetResponsePort(out _));
    }

    [Fact]
    public void Unknown_flags_of_CHANGE_REQUEST_are_left_out()
    {
        Assert.True(Parse(Of(Attribute(StunAttributeType.ChangeRequest, 0xFF, 0xFF, 0xFF, 0xFB))).TryGetChangeRequest(out ChangeRequest change));
        Assert.Equal(ChangeRequest.Port, change);
    }

    private StunMessageWriter Begin() => new(_buffer, StunClass.Request, StunMethod.Binding, TransactionId.Read("0123456789ab"u8));
}
