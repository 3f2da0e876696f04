using System.Text;
using Traversal.Primitives;

namespace Traversal.Stun.Tests;

/// <summary>RFC 5769 section 2, read.</summary>
public class Rfc5769DecodeTests
{
    private static readonly IntegrityKey Key = IntegrityKey.ShortTerm(Vectors.Password);

    [Fact]
    public void The_sample_request_reads_as_printed()
    {
        StunMessage message = Parse(Vectors.Request);

        Assert.Equal((StunClass.Request, StunMethod.Binding), (message.Class, message.Method));
        Assert.Equal("b7e7a701bc34d686fa87dfae", message.TransactionId.ToString());
        Assert.Equal("STUN test client"u8, Value(message, StunAttributeType.Software));
        Assert.True(message.TryGetUInt32(StunAttributeType.Priority, out uint priority));
        Assert.Equal(0x6e0001ffu, priority);
        Assert.True(message.TryGetUInt64(StunAttributeType.IceControlled, out ulong tieBreaker));
        Assert.Equal(0x932ff9b151263b36ul, tieBreaker);
        Assert.Equal("evtj:h6vY"u8, Value(message, StunAttributeType.Username));
        AssertProtected(message, Key);
    }

    [Fact]
    public void The_sample_IPv4_response_reads_as_printed()
    {
        StunMessage message = Parse(Vectors.IPv4Response);

        Assert.Equal((StunClass.SuccessResponse, StunMethod.Binding), (message.Class, message.Method));
        Assert.Equal("test vector"u8, Value(message, StunAttributeType.Software));
        Assert.True(message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress address));
        Assert.Equal(TransportAddress.Parse("192.0.2.1:32853"), address);
        AssertProtected(message, Key);
    }

    [Fact]
    public void The_sample_IPv6_response_reads_as_printed()
    {
        StunMessage message = Parse(Vectors.IPv6Response);

        Assert.True(message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress address));
        Assert.Equal(TransportAddress.Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"), address);
        AssertProtected(message, Key);
    }

    [Fact]
    public void The_sample_request_with_long_term_authentication_reads_as_printed()
    {
        StunMessage message = Parse(Vectors.LongTermRequest);

        Assert.Equal(Encoding.UTF8.GetBytes(Vectors.Username), Value(message, StunAttributeType.Username));
        Assert.Equal("f//499k954d6OL34oL9FSTvy64sA"u8, Value(message, StunAttributeType.Nonce));
        Assert.Equal("example.org"u8, Value(message, StunAttributeType.Realm));
        Assert.False(message.HasFingerprint);
        Assert.True(message.VerifyIntegrity(LongTermKey(PasswordAlgorithm.Md5)));
        Assert.False(message.VerifyIntegrity(LongTermKey(PasswordAlgorithm.Sha256)));
    }

    internal static IntegrityKey LongTermKey(PasswordAlgorithm algorithm) => IntegrityKey.LongTerm(
        algorithm, Encoding.UTF8.GetBytes(Vectors.Username), "example.org"u8, Encoding.UTF8.GetBytes(Vectors.PreparedPassword));

    private static StunMessage Parse(byte[] bytes)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage message));
        return message;
    }

    private static ReadOnlySpan<byte> Value(StunMessage message, StunAttributeType type)
    {
        Assert.True(message.TryGet(type, out ReadOnlySpan<byte> value));
        return value;
    }

    private static void AssertProtected(StunMessage message, IntegrityKey key)
    {
        Assert.True(message.IsFingerprintValid());
        Assert.True(message.VerifyIntegrity(key));
        Assert.False(message.VerifyIntegrity(IntegrityKey.ShortTerm("another")));
        Assert.False(message.VerifyIntegritySha256(key));
    }
}
