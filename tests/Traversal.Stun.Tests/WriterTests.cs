using Traversal.Primitives;
using static Traversal.Stun.Tests.RawMessage;

namespace Traversal.Stun.Tests;

public class WriterTests
{
    private static readonly IntegrityKey Key = IntegrityKey.ShortTerm("k");
    private static readonly TransactionId Id = TransactionId.Read("0123456789ab"u8);

    [Fact]
    public void Into_any_space_that_is_too_small_overflow_is_a_value_and_nothing_behind_is_touched()
    {
        byte[] whole = new byte[512];
        int length = WriteSample(whole);
        for (int space = 0; space < length; space++)
        {
            byte[] buffer = [.. Enumerable.Repeat((byte)0xCC, length)];
            Assert.Equal(0, WriteSample(buffer.AsSpan(0, space)));
            Assert.All(buffer[space..], untouched => Assert.Equal(0xCC, untouched));
        }

        Assert.Equal(length, WriteSample(whole.AsSpan(0, length)));
    }

    [Fact]
    public void Overflow_sticks()
    {
        var writer = new StunMessageWriter(new byte[40], StunClass.Request, StunMethod.Binding, Id);
        writer.Add(StunAttributeType.Software, new byte[30]);
        Assert.True(writer.Overflowed);
        writer.AddUInt32(StunAttributeType.Priority, 1);
        Assert.True(writer.Overflowed);
        Assert.Equal(0, writer.Length);
        Assert.Equal(0, writer.Finish());
        Assert.Equal(0, writer.Finish(Key, StunIntegrity.Both, fingerprint: true));
    }

    // RFC8489-14-2, RFC8489-14-4, RFC8656-18-1
    [Fact]
    public void Padding_is_zero()
    {
        for (int length = 0; length < 9; length++)
        {
            byte[] buffer = [.. Enumerable.Repeat((byte)0xCC, 64)];
            var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, Id);
            writer.Add(StunAttributeType.Data, new byte[length].AsSpan());
            int end = writer.Finish();
            Assert.Equal(Of(Attribute(StunAttributeType.Data, length)), buffer[..end]);
        }
    }

    // RFC8489-5-8, RFC8489-14.7-1
    [Fact]
    public void Finish_writes_length_integrity_and_fingerprint_in_order()
    {
        byte[] buffer = new byte[256];
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, Id);
        StunMessage message = Parse(buffer[..writer.Finish(Key, StunIntegrity.Both, fingerprint: true)]);
        var types = new List<StunAttributeType>();
        foreach (StunAttribute attribute in message.AllAttributes) types.Add(attribute.Type);
        Assert.Equal([StunAttributeType.MessageIntegrity, StunAttributeType.MessageIntegritySha256, StunAttributeType.Fingerprint], types);
    }

    [Fact]
    public void Integrity_without_a_key_is_an_error_of_the_caller() =>
        Assert.Throws<ArgumentNullException>(() => new StunMessageWriter(new byte[64], StunClass.Request, StunMethod.Binding, Id).Finish(null, StunIntegrity.Sha1, false));

    // RFC8489-14.3-1, RFC8489-14.8-1, RFC8489-14.9-1, RFC8489-14.10-1, RFC8489-14.14-2
    [Theory]
    [InlineData(StunAttributeType.Username, 508)]
    [InlineData(StunAttributeType.Realm, 509)]
    [InlineData(StunAttributeType.Nonce, 509)]
    [InlineData(StunAttributeType.Software, 509)]
    [InlineData(StunAttributeType.AlternateDomain, 255)]
    public void A_writer_keeps_to_the_stricter_limits_of_RFC_8489(StunAttributeType type, int longest)
    {
        byte[] buffer = new byte[1024];
        var lawful = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, Id);
        lawful.Add(type, new byte[longest]);
        Assert.NotEqual(0, lawful.Finish());

        var unlawful = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, Id);
        unlawful.Add(type, new byte[longest + 1]);
        Assert.True(unlawful.Overflowed);
    }

    [Fact]
    public void An_empty_username_and_a_userhash_of_another_length_are_not_written()
    {
        var writer = new StunMessageWriter(new byte[1024], StunClass.Request, StunMethod.Binding, Id);
        writer.Add(StunAttributeType.Username, default);
        Assert.True(writer.Overflowed);
        writer = new StunMessageWriter(new byte[1024], StunClass.Request, StunMethod.Binding, Id);
        writer.Add(StunAttributeType.Userhash, new byte[31]);
        Assert.True(writer.Overflowed);
        writer = new StunMessageWriter(new byte[1024], StunClass.Request, StunMethod.Binding, Id);
        writer.AddErrorCode(StunErrorCode.BadRequest, new byte[510]);
        Assert.True(writer.Overflowed);
    }

    [Fact]
    public void A_message_grows_to_what_its_length_field_can_say_and_no_further()
    {
        byte[] buffer = new byte[70_000];
        var writer = new StunMessageWriter(buffer, StunClass.Indication, StunMethod.Send, Id);
        writer.Add(StunAttributeType.Data, new byte[0xFFFC - 4 - 8]);
        writer.AddUInt32(StunAttributeType.Lifetime, 1);
        int length = writer.Finish();
        Assert.Equal(StunMessage.HeaderLength + 0xFFFC, length);
        Assert.Equal(StunParseStatus.Ok, Status(buffer[..length]));

        writer.AddEmpty(StunAttributeType.DontFragment);
        Assert.True(writer.Overflowed);
        writer = new StunMessageWriter(buffer, StunClass.Indication, StunMethod.Send, Id);
        writer.Add(StunAttributeType.Data, new byte[0xFFFF]);
        Assert.True(writer.Overflowed);
    }

    [Fact]
    public void Every_method_and_class_comes_back() // RFC 8489 section 5 spreads the class over the method.
    {
        byte[] buffer = new byte[20];
        foreach (StunClass messageClass in Enum.GetValues<StunClass>())
        {
            for (int method = 0; method < 0x1000; method++)
            {
                new StunMessageWriter(buffer, messageClass, (StunMethod)method, Id).Finish();
                StunMessage message = Parse(buffer);
                Assert.Equal((messageClass, (StunMethod)method, Id), (message.Class, message.Method, message.TransactionId));
            }
        }
    }

    [Theory]
    [InlineData(StunClass.Request, 0x0001)]
    [InlineData(StunClass.Indication, 0x0011)]
    [InlineData(StunClass.SuccessResponse, 0x0101)]
    [InlineData(StunClass.ErrorResponse, 0x0111)]
    public void The_types_of_Binding_are_those_of_the_wire(StunClass messageClass, int type)
    {
        byte[] buffer = new byte[20];
        new StunMessageWriter(buffer, messageClass, StunMethod.Binding, Id).Finish();
        Assert.Equal(type, buffer[0] << 8 | buffer[1]);
    }

    // RFC8489-5-7
    [Fact]
    public void An_answer_has_the_method_and_id_of_its_request()
    {
        byte[] buffer = new byte[64];
        StunMessage request = Parse(Vectors.LongTermRequest);
        StunMessageWriter writer = StunMessageWriter.Answer(buffer, StunClass.ErrorResponse, request);
        writer.AddErrorCode(StunErrorCode.StaleNonce);
        StunMessage answer = Parse(buffer[..writer.Finish()]);
        Assert.Equal((StunClass.ErrorResponse, StunMethod.Binding), (answer.Class, answer.Method));
        Assert.Equal(request.TransactionId, answer.TransactionId);
    }

    private static int WriteSample(Span<byte> destination)
    {
        var writer = new StunMessageWriter(destination, StunClass.Request, StunMethod.Allocate, Id);
        writer.Add(StunAttributeType.Username, "user"u8);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.Parse("[2001:db8::1]:80"));
        writer.AddErrorCode(StunErrorCode.BadRequest);
        writer.AddUnknownAttributes([0x0031, 0x0032, 0x0033]);
        writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5);
        return writer.Finish(Key, StunIntegrity.Both, fingerprint: true);
    }
}
