using static Traversal.Stun.Tests.RawMessage;

namespace Traversal.Stun.Tests;

public class UnknownAttributeTests
{
    private static readonly StunAttributeSet Understood =
        StunAttributeSet.Of(StunAttributeType.Username, StunAttributeType.Realm, StunAttributeType.Software) | StunAttributeSet.Of(StunAttributeType.Nonce);

    [Fact]
    public void Those_that_must_be_understood_and_are_not_are_found_once_each_in_order()
    {
        StunMessage message = Parse(Of(
            Attribute((StunAttributeType)0x7FFF, 5), Attribute(StunAttributeType.Username, 1), Attribute((StunAttributeType)0x0031, 0),
            Attribute((StunAttributeType)0x8FFF, 3), Attribute((StunAttributeType)0x7FFF, 1), Attribute(StunAttributeType.Nonce, 2),
            Attribute(StunAttributeType.MessageIntegrity, 20), Attribute((StunAttributeType)0x0032, 0)));
        ushort[] found = new ushort[8];
        Assert.Equal(2, message.FindUnknownRequired(Understood, found));
        Assert.Equal([0x7FFF, 0x0031], found[..2]);
    }

    [Fact]
    public void As_many_are_told_as_fit()
    {
        StunMessage message = Parse(Of([.. Enumerable.Range(0x100, 50).Select(type => Attribute((StunAttributeType)type, 1))]));
        ushort[] found = new ushort[8];
        Assert.Equal(8, message.FindUnknownRequired(Understood, found));
        Assert.Equal(Enumerable.Range(0x100, 8), found.Select(type => (int)type));
        Assert.Equal(0, message.FindUnknownRequired(Understood, []));
    }

    [Fact]
    public void The_answer_tells_them()
    {
        byte[] buffer = new byte[128];
        StunMessageWriter writer = StunMessageWriter.Answer(buffer, StunClass.ErrorResponse, Parse(Of()));
        writer.AddErrorCode(StunErrorCode.UnknownAttribute);
        writer.AddUnknownAttributes([0x7FFF, 0x0031, 0x0002]);
        StunMessage answer = Parse(buffer[..writer.Finish()]);
        var types = new StunAttributeType[8];
        Assert.Equal(3, answer.GetUnknownAttributes(types));
        Assert.Equal([(StunAttributeType)0x7FFF, (StunAttributeType)0x0031, (StunAttributeType)0x0002], types[..3]);
        Assert.Equal(2, answer.GetUnknownAttributes(types.AsSpan(0, 2)));
        Assert.Equal(0, Parse(Of()).GetUnknownAttributes(types));
    }

    [Fact]
    public void A_set_says_what_it_understands()
    {
        Assert.True(Understood.Understands(StunAttributeType.Realm));
        Assert.True(Understood.Understands((StunAttributeType)0x8000));
        Assert.False(Understood.Understands(StunAttributeType.Lifetime));
        Assert.False(Understood.Understands((StunAttributeType)(0x0006 + 64)));
        Assert.Throws<ArgumentOutOfRangeException>(() => StunAttributeSet.Of((StunAttributeType)0x0040));
        Assert.Equal("0006 0014 0015", Understood.ToString());
    }
}
