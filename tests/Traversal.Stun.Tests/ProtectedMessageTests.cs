using System.Buffers.Binary;
using static Traversal.Stun.Tests.RawMessage;

namespace Traversal.Stun.Tests;

/// <summary>What counts beside MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, and how they are verified.</summary>
public class ProtectedMessageTests
{
    private static readonly IntegrityKey Key = IntegrityKey.ShortTerm("VOkJxbRl1RmTxUk/WvJxBt");

    // RFC8489-9-1
    [Fact]
    public void What_follows_MESSAGE_INTEGRITY_is_legal_and_ignored() // RFC 8489 section 14.5
    {
        byte[] protectedRequest = Write(StunIntegrity.Sha1, fingerprint: false);
        byte[] extended = Extend(protectedRequest, Attribute(StunAttributeType.Username, "mallory"u8), Attribute(StunAttributeType.XorMappedAddress, 8));

        StunMessage message = Parse(extended);
        Assert.True(message.VerifyIntegrity(Key));
        Assert.False(message.Has(StunAttributeType.XorMappedAddress));
        Assert.True(message.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> username));
        Assert.Equal("evtj:h6vY"u8, username);
        Assert.Equal([StunAttributeType.Username, StunAttributeType.MessageIntegrity], Types(message));
        Assert.Equal(0, message.FindUnknownRequired(StunAttributeSet.Of(StunAttributeType.Username), new ushort[4]));
        Assert.Equal(4, Count(message.AllAttributes));
    }

    [Fact]
    public void What_follows_is_not_even_judged()
    {
        byte[] extended = Extend(Write(StunIntegrity.Sha1, fingerprint: false), Attribute(StunAttributeType.Username, 0), Attribute(StunAttributeType.MessageIntegrity, 3));
        Assert.True(Parse(extended).VerifyIntegrity(Key));
    }

    [Fact]
    public void Between_the_protecting_attributes_others_are_ignored_too()
    {
        byte[] sha1 = Attribute(StunAttributeType.MessageIntegrity, 20), sha256 = Attribute(StunAttributeType.MessageIntegritySha256, 32);
        byte[] noise = Attribute(StunAttributeType.Software, "noise"u8), fingerprint = Attribute(StunAttributeType.Fingerprint, 4);

        StunMessage message = Parse(Of(Attribute(StunAttributeType.Priority, 4), sha1, noise, sha256, noise, sha1, sha256, fingerprint));
        Assert.Equal(
            [StunAttributeType.Priority, StunAttributeType.MessageIntegrity, StunAttributeType.MessageIntegritySha256, StunAttributeType.Fingerprint],
            Types(message));
    }

    // RFC8489-9-2
    [Fact]
    public void MESSAGE_INTEGRITY_after_the_one_of_SHA256_does_not_count() // RFC 8489 section 14.6
    {
        StunMessage message = Parse(Of(Attribute(StunAttributeType.MessageIntegritySha256, 32), Attribute(StunAttributeType.MessageIntegrity, 20)));
        Assert.True(message.HasIntegritySha256);
        Assert.False(message.HasIntegrity);
        Assert.Equal([StunAttributeType.MessageIntegritySha256], Types(message));
    }

    [Fact]
    public void Of_duplicates_the_first_counts() // RFC 8489 section 14
    {
        byte[] first = Attribute(StunAttributeType.Software, "first"u8), second = Attribute(StunAttributeType.Software, "second"u8);
        StunMessage message = Parse(Of(first, second));
        Assert.True(message.TryGet(StunAttributeType.Software, out ReadOnlySpan<byte> value));
        Assert.Equal("first"u8, value);
        Assert.Equal(2, Types(message).Count);
    }

    [Theory]
    [InlineData(StunIntegrity.Sha1)]
    [InlineData(StunIntegrity.Sha256)]
    [InlineData(StunIntegrity.Both)]
    public void What_the_writer_protects_the_reader_verifies(StunIntegrity integrity)
    {
        foreach (bool fingerprint in (bool[])[false, true])
        {
            StunMessage message = Parse(Write(integrity, fingerprint));
            Assert.Equal(integrity.HasFlag(StunIntegrity.Sha1), message.VerifyIntegrity(Key));
            Assert.Equal(integrity.HasFlag(StunIntegrity.Sha256), message.VerifyIntegritySha256(Key));
            Assert.Equal(fingerprint, message.IsFingerprintValid());
        }
    }

    [Fact]
    public void A_truncated_code_is_verified_only_where_truncation_is_allowed() // RFC 8489 section 14.6
    {
        for (int length = 16; length <= 32; length += 4)
        {
            StunMessage message = Parse(Write(StunIntegrity.Sha256, fingerprint: true, length));
            Assert.Equal(length == 32, message.VerifyIntegritySha256(Key));
            Assert.True(message.VerifyIntegritySha256(Key, minimumLength: length));
            Assert.False(message.VerifyIntegritySha256(Key, minimumLength: length + 4));
            Assert.False(message.VerifyIntegritySha256(IntegrityKey.ShortTerm("other"), minimumLength: 16));
        }
    }

    // RFC8489-14.6-1
    [Theory]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(36)]
    public void No_other_truncation_is_written(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(StunIntegrity.Sha256, fingerprint: false, length));

    [Fact]
    public void Every_changed_bit_of_a_protected_message_is_noticed()
    {
        byte[] original = Write(StunIntegrity.Both, fingerprint: true);
        for (int bit = 0; bit < original.Length * 8; bit++)
        {
            byte[] message = [.. original];
            message[bit / 8] ^= (byte)(1 << bit % 8);
            if (StunMessage.TryParse(message, out StunMessage parsed) != StunParseStatus.Ok) continue;

            Assert.False(parsed.IsFingerprintValid());
            bool verified = parsed.VerifyIntegrity(Key) & parsed.VerifyIntegritySha256(Key);
            Assert.Equal(bit / 8 >= original.Length - 8, verified); // FINGERPRINT itself is not covered.
        }
    }

    [Fact]
    public void Integrity_is_verified_whatever_length_the_header_has_because_of_what_follows()
    {
        byte[] extended = Extend(Write(StunIntegrity.Sha1, fingerprint: false), Attribute(StunAttributeType.MessageIntegritySha256, 32), Attribute(StunAttributeType.Fingerprint, 4));
        Assert.True(Parse(extended).VerifyIntegrity(Key));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(44)]
    [InlineData(1000)]
    public void A_message_that_ends_anywhere_in_a_hash_block_is_verified(int software)
    {
        byte[] buffer = new byte[2048];
        foreach (int length in Enumerable.Range(Math.Max(0, software / 4 * 4 - 64), 80).Where(length => length <= 509))
        {
            var writer = new StunMessageWriter(buffer, StunClass.Indication, StunMethod.Binding, default);
            writer.Add(StunAttributeType.Software, new byte[length]);
            int end = writer.Finish(Key, StunIntegrity.Both, fingerprint: true);
            StunMessage message = Parse(buffer[..end]);
            Assert.True(message.VerifyIntegrity(Key) && message.VerifyIntegritySha256(Key) && message.IsFingerprintValid());
        }
    }

    private static byte[] Write(StunIntegrity integrity, bool fingerprint, int sha256Length = 32)
    {
        byte[] buffer = new byte[256];
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, TransactionId.Read("0123456789ab"u8));
        writer.Add(StunAttributeType.Username, "evtj:h6vY"u8);
        return buffer[..writer.Finish(Key, integrity, fingerprint, sha256Length)];
    }

    private static byte[] Extend(byte[] message, params byte[][] attributes)
    {
        byte[] extended = [.. message, .. attributes.SelectMany(attribute => attribute)];
        BinaryPrimitives.WriteUInt16BigEndian(extended.AsSpan(2), (ushort)(extended.Length - StunMessage.HeaderLength));
        return extended;
    }

    private static List<StunAttributeType> Types(StunMessage message)
    {
        var types = new List<StunAttributeType>();
        foreach (StunAttribute attribute in message) types.Add(attribute.Type);
        return types;
    }

    private static int Count(StunAttributeEnumerator attributes)
    {
        int count = 0;
        foreach (StunAttribute _ in attributes) count++;
        return count;
    }
}
