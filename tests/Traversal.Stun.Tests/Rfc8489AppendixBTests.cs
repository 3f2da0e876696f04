using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Traversal.Stun.Tests;

/// <summary>
/// The vector of RFC 8489 appendix B.1. Its header says 0x9c where the printed attributes add up to 0x88, and its code was computed over
/// that: it cannot be a message. So its parts are held against the printed values, and the message with the length put right against the
/// framework's HMAC.
/// </summary>
public class Rfc8489AppendixBTests
{
    private const int CodeLength = StunLimits.IntegritySha256Bytes;

    private static readonly byte[] Username = Encoding.UTF8.GetBytes(Vectors.Username);
    private static readonly byte[] Password = Encoding.UTF8.GetBytes(Vectors.PreparedPassword);

    [Fact]
    public void The_printed_message_is_refused_for_its_length() =>
        Assert.Equal(StunParseStatus.Truncated, StunMessage.TryParse(Vectors.Sha256Request, out _));

    [Fact]
    public void The_userhash_is_the_printed_one()
    {
        byte[] userhash = new byte[StunLimits.UserhashBytes];
        Userhash.Compute(Username, "example.org"u8, userhash);
        Assert.Equal(Vectors.Sha256Request[24..56], userhash);
    }

    [Fact]
    public void The_derived_key_makes_the_printed_code()
    {
        ReadOnlySpan<byte> covered = Vectors.Sha256Request.AsSpan()[..^(CodeLength + StunMessage.AttributeHeaderLength)];
        Assert.Equal(Vectors.Sha256Request[^CodeLength..], HMACSHA256.HashData(DerivedKey(), covered));
    }

    [Fact]
    public void The_message_with_its_length_put_right_is_written_and_verified()
    {
        byte[] expected = [.. Vectors.Sha256Request];
        BinaryPrimitives.WriteUInt16BigEndian(expected.AsSpan(2), (ushort)(expected.Length - StunMessage.HeaderLength));
        HMACSHA256.HashData(DerivedKey(), expected.AsSpan()[..^(CodeLength + StunMessage.AttributeHeaderLength)], expected.AsSpan()[^CodeLength..]);
        IntegrityKey key = IntegrityKey.LongTerm(PasswordAlgorithm.Sha256, Username, "example.org"u8, Password);

        byte[] buffer = new byte[256];
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, TransactionId.Read(expected.AsSpan(8)));
        writer.Add(StunAttributeType.Userhash, expected.AsSpan(24, StunLimits.UserhashBytes));
        writer.Add(StunAttributeType.Nonce, "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA"u8);
        writer.Add(StunAttributeType.Realm, "example.org"u8);
        int length = writer.Finish(key, StunIntegrity.Sha256, fingerprint: false);

        Assert.Equal(expected, buffer[..length]);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(expected, out StunMessage message));
        Assert.True(message.VerifyIntegritySha256(key));
        Assert.False(message.HasIntegrity);
    }

    private static byte[] DerivedKey()
    {
        byte[] key = new byte[32];
        Assert.Equal(32, IntegrityKey.DeriveLongTerm(PasswordAlgorithm.Sha256, Username, "example.org"u8, Password, key));
        return key;
    }
}
