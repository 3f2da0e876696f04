using System.Buffers.Binary;
using static Traversal.Stun.Tests.RawMessage;

namespace Traversal.Stun.Tests;

/// <summary>Every way to be malformed, and the name it is refused with.</summary>
public class MalformedMessageTests
{
    [Fact]
    public void Less_than_a_header_is_truncated()
    {
        for (int length = 0; length < StunMessage.HeaderLength; length++)
            Assert.Equal(StunParseStatus.Truncated, Status(Vectors.Request[..length]));
    }

    [Fact]
    public void Every_prefix_of_a_message_is_truncated()
    {
        foreach (byte[] vector in (byte[][])[Vectors.Request, Vectors.IPv4Response, Vectors.IPv6Response, Vectors.LongTermRequest])
        {
            for (int length = 0; length < vector.Length; length++) Assert.Equal(StunParseStatus.Truncated, Status(vector[..length]));
        }
    }

    // RFC8489-5-1
    [Theory]
    [InlineData(0x40)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Set_top_bits_are_no_STUN(byte first)
    {
        byte[] message = Of();
        message[0] = first;
        Assert.Equal(StunParseStatus.NotStun, Status(message));
        Assert.Equal(StunParseStatus.NotStun, StunMessage.TryParseClassic(message, out _));
        Assert.False(StunMessage.LooksLikeStun(message));
    }

    // RFC8489-5-3
    [Fact]
    public void Another_cookie_is_none()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            byte[] message = Of();
            message[4 + bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal(StunParseStatus.NoMagicCookie, Status(message));
            Assert.False(StunMessage.LooksLikeStun(message));
        }
    }

    [Fact]
    public void A_length_that_is_no_multiple_of_four_is_refused()
    {
        for (int length = 1; length < 16; length++)
        {
            byte[] message = [.. Of(), .. new byte[length]];
            message[3] = (byte)length;
            Assert.Equal(length % 4 == 0 ? StunParseStatus.Ok : StunParseStatus.LengthNotAligned, Status(message));
        }
    }

    // RFC8489-5-8
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1500)]
    public void Bytes_behind_the_message_are_refused(int count) =>
        Assert.Equal(StunParseStatus.TrailingBytes, Status([.. Vectors.Request, .. new byte[count]]));

    // RFC8489-14-1
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(0xFFFC)]
    [InlineData(0xFFFD)]
    [InlineData(0xFFFF)]
    public void An_attribute_that_reaches_past_the_end_is_refused(int length) =>
        Assert.Equal(StunParseStatus.AttributeOverrun, Status(Of(Header(0x8022, length))));

    [Fact]
    public void Padding_that_reaches_past_the_end_is_refused()
    {
        // Five bytes of value need eight; the message, although aligned, has only four left after an attribute of odd length before it.
        byte[] message = Of(Attribute(StunAttributeType.Software, "x"u8), Header(0x8022, 5), [1, 2, 3, 4]);
        Assert.Equal(StunParseStatus.AttributeOverrun, Status(message));
    }

    // RFC8489-14-2, RFC8489-14-3, RFC8489-14-4, RFC8656-18-1
    [Fact]
    public void Odd_lengths_with_their_padding_are_lawful_whatever_the_padding_holds()
    {
        for (int length = 1; length < 9; length++)
        {
            byte[] message = Of(Attribute(StunAttributeType.Software, length));
            message.AsSpan(StunMessage.HeaderLength + 4 + length).Fill(0xEE);
            Assert.True(Parse(message).TryGet(StunAttributeType.Software, out ReadOnlySpan<byte> value));
            Assert.Equal(length, value.Length);
        }
    }

    [Fact]
    public void A_datagram_of_65535_bytes_is_no_message_whatever_its_header_says()
    {
        byte[] datagram = new byte[65_535];
        Of().CopyTo(datagram, 0);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), 65_535 - StunMessage.HeaderLength);
        Assert.Equal(StunParseStatus.LengthNotAligned, Status(datagram));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), 65_535 - StunMessage.HeaderLength & ~3);
        Assert.Equal(StunParseStatus.TrailingBytes, Status(datagram));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), 0xFFFC);
        Assert.Equal(StunParseStatus.Truncated, Status(datagram));
    }

    [Fact]
    public void A_message_as_long_as_its_length_field_allows_is_read()
    {
        byte[] message = Of(Attribute(StunAttributeType.Data, 0xFFFC - 4));
        Assert.Equal(StunMessage.HeaderLength + 0xFFFC, message.Length);
        Assert.True(Parse(message).Has(StunAttributeType.Data));
        Assert.Equal(StunParseStatus.AttributeOverrun, Status(Of(Header((ushort)StunAttributeType.Data, 0xFFFF), new byte[0xFFFC - 4])));
    }

    // RFC8489-14.7-1
    [Fact]
    public void Anything_after_FINGERPRINT_is_refused()
    {
        byte[] fingerprint = Attribute(StunAttributeType.Fingerprint, 4);
        foreach (StunAttributeType type in (StunAttributeType[])[StunAttributeType.Software, StunAttributeType.MessageIntegrity, StunAttributeType.Fingerprint])
        {
            int length = type == StunAttributeType.MessageIntegrity ? 20 : 4;
            Assert.Equal(StunParseStatus.AttributeAfterFingerprint, Status(Of(fingerprint, Attribute(type, length))));
        }

        Assert.Equal(StunParseStatus.Ok, Status(Of(fingerprint)));
    }

    // RFC8489-14.6-1, RFC8489-14.16-1
    [Theory]
    [InlineData(StunAttributeType.Fingerprint, 0, StunParseStatus.BadFingerprintLength)]
    [InlineData(StunAttributeType.Fingerprint, 3, StunParseStatus.BadFingerprintLength)]
    [InlineData(StunAttributeType.Fingerprint, 8, StunParseStatus.BadFingerprintLength)]
    [InlineData(StunAttributeType.MessageIntegrity, 0, StunParseStatus.BadIntegrityLength)]
    [InlineData(StunAttributeType.MessageIntegrity, 19, StunParseStatus.BadIntegrityLength)]
    [InlineData(StunAttributeType.MessageIntegrity, 21, StunParseStatus.BadIntegrityLength)]
    [InlineData(StunAttributeType.MessageIntegrity, 32, StunParseStatus.BadIntegrityLength)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 0, StunParseStatus.BadIntegritySha256Length)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 12, StunParseStatus.BadIntegritySha256Length)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 15, StunParseStatus.BadIntegritySha256Length)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 18, StunParseStatus.BadIntegritySha256Length)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 36, StunParseStatus.BadIntegritySha256Length)]
    [InlineData(StunAttributeType.Username, 0, StunParseStatus.EmptyUsername)]
    [InlineData(StunAttributeType.Username, 764, StunParseStatus.UsernameTooLong)]
    [InlineData(StunAttributeType.Realm, 764, StunParseStatus.RealmTooLong)]
    [InlineData(StunAttributeType.Nonce, 764, StunParseStatus.NonceTooLong)]
    [InlineData(StunAttributeType.Software, 764, StunParseStatus.SoftwareTooLong)]
    [InlineData(StunAttributeType.ErrorCode, 3, StunParseStatus.BadErrorCodeLength)]
    [InlineData(StunAttributeType.ErrorCode, 768, StunParseStatus.BadErrorCodeLength)]
    [InlineData(StunAttributeType.Userhash, 31, StunParseStatus.BadUserhashLength)]
    [InlineData(StunAttributeType.Userhash, 33, StunParseStatus.BadUserhashLength)]
    [InlineData(StunAttributeType.AlternateDomain, 256, StunParseStatus.DomainTooLong)]
    [InlineData(StunAttributeType.PasswordAlgorithms, 3, StunParseStatus.BadPasswordAlgorithms)]
    [InlineData(StunAttributeType.PasswordAlgorithm, 0, StunParseStatus.BadPasswordAlgorithms)]
    [InlineData(StunAttributeType.PasswordAlgorithm, 8, StunParseStatus.BadPasswordAlgorithms)]
    public void An_attribute_of_a_length_that_RFC_8489_does_not_allow_is_refused_by_name(StunAttributeType type, int length, StunParseStatus status) =>
        Assert.Equal(status, Status(Of(Attribute(type, length))));

    // RFC8489-14.3-2, RFC8489-14.8-1, RFC8489-14.9-1, RFC8489-14.10-1, RFC8489-14.14-2
    [Theory]
    [InlineData(StunAttributeType.Fingerprint, 4)]
    [InlineData(StunAttributeType.MessageIntegrity, 20)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 16)]
    [InlineData(StunAttributeType.MessageIntegritySha256, 32)]
    [InlineData(StunAttributeType.Username, 1)]
    [InlineData(StunAttributeType.Username, 763)]
    [InlineData(StunAttributeType.Realm, 0)]
    [InlineData(StunAttributeType.Realm, 763)]
    [InlineData(StunAttributeType.Nonce, 763)]
    [InlineData(StunAttributeType.Software, 763)]
    [InlineData(StunAttributeType.ErrorCode, 4)]
    [InlineData(StunAttributeType.ErrorCode, 767)]
    [InlineData(StunAttributeType.Userhash, 32)]
    [InlineData(StunAttributeType.AlternateDomain, 255)]
    [InlineData(StunAttributeType.PasswordAlgorithms, 0)]
    [InlineData(StunAttributeType.PasswordAlgorithms, 8)]
    [InlineData(StunAttributeType.PasswordAlgorithm, 4)]
    [InlineData((StunAttributeType)0x4006, 0)]
    [InlineData((StunAttributeType)0xC028, 9)]
    public void At_the_limit_it_is_taken(StunAttributeType type, int length) =>
        Assert.Equal(StunParseStatus.Ok, Status(Of(Attribute(type, length))));

    [Fact]
    public void The_default_message_is_empty_and_harmless()
    {
        StunMessage message = default;
        foreach (StunAttribute _ in message) Assert.Fail("There is nothing in it.");
        Assert.Equal(default, message.TransactionId);
        Assert.False(message.IsClassic || message.HasFingerprint || message.HasIntegrity || message.HasIntegritySha256 || message.IsFingerprintValid());
        Assert.False(message.Has(StunAttributeType.Username) || message.VerifyIntegrity(IntegrityKey.ShortTerm("k")));
        Assert.False(message.VerifyIntegritySha256(IntegrityKey.ShortTerm("k")));
        Assert.Equal(0, message.FindUnknownRequired(default, new ushort[4]));
        Assert.Equal((StunClass.Request, (StunMethod)0, 0), (message.Class, message.Method, message.Bytes.Length));
    }
}
