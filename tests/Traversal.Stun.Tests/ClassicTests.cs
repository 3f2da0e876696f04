using Traversal.Primitives;

namespace Traversal.Stun.Tests;

/// <summary>Clients of RFC 3489: no cookie, an id of 16 bytes, MAPPED-ADDRESS (RFC 8489 section 11).</summary>
public class ClassicTests
{
    private static readonly byte[] ClassicRequest =
        [0, 1, 0, 8, .. "0123456789abcdef"u8, .. RawMessage.Attribute(StunAttributeType.ChangeRequest, 0, 0, 0, 6)];

    [Fact]
    public void A_classic_request_is_read_only_by_who_asks_for_it()
    {
        Assert.Equal(StunParseStatus.NoMagicCookie, StunMessage.TryParse(ClassicRequest, out _));
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParseClassic(ClassicRequest, out StunMessage message));
        Assert.True(message.IsClassic);
        Assert.Equal((StunClass.Request, StunMethod.Binding), (message.Class, message.Method));
        Assert.True(message.TryGetChangeRequest(out ChangeRequest change));
        Assert.Equal(ChangeRequest.Address | ChangeRequest.Port, change);
    }

    [Fact]
    public void A_message_with_a_cookie_is_read_as_ever()
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParseClassic(Vectors.Request, out StunMessage message));
        Assert.False(message.IsClassic);
        Assert.True(message.VerifyIntegrity(IntegrityKey.ShortTerm(Vectors.Password)));
    }

    [Fact]
    public void The_answer_repeats_all_16_bytes_of_the_id()
    {
        StunMessage.TryParseClassic(ClassicRequest, out StunMessage request);
        byte[] buffer = new byte[128];
        StunMessageWriter writer = StunMessageWriter.Answer(buffer, StunClass.SuccessResponse, request);
        writer.AddAddress(StunAttributeType.MappedAddress, TransportAddress.Parse("192.0.2.1:32853"));
        writer.AddAddress(StunAttributeType.ClassicSourceAddress, TransportAddress.Parse("198.51.100.1:3478"));
        writer.AddAddress(StunAttributeType.ClassicChangedAddress, TransportAddress.Parse("198.51.100.2:3479"));
        int length = writer.Finish();

        byte[] expected =
        [
            1, 1, 0, 36, .. "0123456789abcdef"u8,
            0, 1, 0, 8, 0, 1, 0x80, 0x55, 192, 0, 2, 1,
            0, 4, 0, 8, 0, 1, 0x0D, 0x96, 198, 51, 100, 1,
            0, 5, 0, 8, 0, 1, 0x0D, 0x97, 198, 51, 100, 2,
        ];
        Assert.Equal(expected, buffer[..length]);
    }

    [Fact]
    public void Its_integrity_was_computed_in_another_way_and_is_never_valid()
    {
        byte[] message = [.. Vectors.Request];
        message[4] ^= 1;
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParseClassic(message, out StunMessage parsed));
        Assert.True(parsed.HasIntegrity);
        Assert.False(parsed.VerifyIntegrity(IntegrityKey.ShortTerm(Vectors.Password)));
    }

    [Fact]
    public void It_is_held_to_the_same_form()
    {
        for (int length = 0; length < ClassicRequest.Length; length++)
            Assert.Equal(StunParseStatus.Truncated, StunMessage.TryParseClassic(ClassicRequest.AsSpan(0, length), out _));
        Assert.Equal(StunParseStatus.TrailingBytes, StunMessage.TryParseClassic([.. ClassicRequest, 0], out _));
    }
}
