using System.Text;
using Traversal.Primitives;

namespace Traversal.Stun.Tests;

/// <summary>RFC 5769 section 2, written byte for byte.</summary>
public class Rfc5769EncodeTests
{
    private static readonly TransactionId Id = TransactionId.Read(Convert.FromHexString("b7e7a701bc34d686fa87dfae"));
    private static readonly TransactionId LongTermId = TransactionId.Read(Convert.FromHexString("78ad3433c6ad72c029da412e"));
    private static readonly IntegrityKey Key = IntegrityKey.ShortTerm(Vectors.Password);

    private readonly byte[] _buffer = Enumerable.Repeat((byte)0xAA, 256).ToArray();

    [Fact]
    public void The_sample_request_is_written_as_printed()
    {
        var writer = new StunMessageWriter(_buffer, StunClass.Request, StunMethod.Binding, Id);
        writer.Add(StunAttributeType.Software, "STUN test client"u8);
        writer.AddUInt32(StunAttributeType.Priority, 0x6e0001ff);
        writer.AddUInt64(StunAttributeType.IceControlled, 0x932ff9b151263b36);
        writer.Add(StunAttributeType.Username, "evtj:h6vY"u8);
        PadWithSpaces(writer.Length, 3);
        Assert.Equal(Vectors.Request, Written(writer.Finish(Key, StunIntegrity.Sha1, fingerprint: true)));
    }

    [Theory]
    [InlineData("192.0.2.1:32853")]
    [InlineData("[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    public void The_sample_responses_are_written_as_printed(string mapped)
    {
        TransportAddress address = TransportAddress.Parse(mapped);
        var writer = new StunMessageWriter(_buffer, StunClass.SuccessResponse, StunMethod.Binding, Id);
        writer.Add(StunAttributeType.Software, "test vector"u8);
        PadWithSpaces(writer.Length, 1);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, address);
        byte[] expected = address.IsIPv4 ? Vectors.IPv4Response : Vectors.IPv6Response;
        Assert.Equal(expected, Written(writer.Finish(Key, StunIntegrity.Sha1, fingerprint: true)));
    }

    [Fact]
    public void The_sample_request_with_long_term_authentication_is_written_as_printed()
    {
        var writer = new StunMessageWriter(_buffer, StunClass.Request, StunMethod.Binding, LongTermId);
        writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes(Vectors.Username));
        writer.Add(StunAttributeType.Nonce, "f//499k954d6OL34oL9FSTvy64sA"u8);
        writer.Add(StunAttributeType.Realm, "example.org"u8);
        IntegrityKey key = Rfc5769DecodeTests.LongTermKey(PasswordAlgorithm.Md5);
        Assert.Equal(Vectors.LongTermRequest, Written(writer.Finish(key, StunIntegrity.Sha1, fingerprint: false)));
    }

    // The RFC pads its first three messages with spaces "arbitrarily"; the writer pads with zeros.
    private void PadWithSpaces(int end, int count)
    {
        Assert.All(_buffer[(end - count)..end], padding => Assert.Equal(0, padding));
        _buffer.AsSpan(end - count, count).Fill((byte)' ');
    }

    private byte[] Written(int length) => _buffer[..length];
}
