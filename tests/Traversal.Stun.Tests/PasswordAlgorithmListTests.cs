namespace Traversal.Stun.Tests;

/// <summary>
/// PASSWORD-ALGORITHMS, whose entries have lengths and padding of their own inside of the attribute (RFC 8489 section 14.11).
/// </summary>
public class PasswordAlgorithmListTests
{
    [Fact]
    public void Entries_come_back_in_order()
    {
        byte[] buffer = new byte[64];
        var writer = new StunMessageWriter(buffer, StunClass.ErrorResponse, StunMethod.Allocate, default);
        writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5);
        StunMessage message = RawMessage.Parse(buffer[..writer.Finish()]);
        Assert.True(message.TryGetPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, out PasswordAlgorithmList list));
        Assert.Equal([PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5], Entries(list));
        Assert.Equal(2, list.Count);
        Assert.Equal(PasswordAlgorithm.Sha256, list.FirstSupported());
        Assert.True(list.Contains(PasswordAlgorithm.Md5));
        Assert.False(message.TryGetPasswordAlgorithms(StunAttributeType.PasswordAlgorithm, out _));
    }

    // RFC8489-14.12-1
    [Theory]
    [InlineData("", 0)]
    [InlineData("00010000", 1)]
    [InlineData("0001000107", 1)]
    [InlineData("0099000501020304050000000002 0000", 2)] // Five bytes of parameters and three of padding.
    [InlineData("00020000 0099000301020300", 2)]
    [InlineData("00020000 00990003010203", 2)] // The padding of the last entry is that of the attribute.
    public void Nested_padding_is_gone_over(string hex, int count)
    {
        Assert.True(PasswordAlgorithmList.TryRead(Bytes(hex), out PasswordAlgorithmList list));
        Assert.Equal(count, list.Count);
        Assert.Equal(count, Entries(list).Count);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("000100")]
    [InlineData("00010001")]
    [InlineData("0001000801020304")]
    [InlineData("0001FFFF")]
    [InlineData("0001000400")]
    [InlineData("00010004000000")] // Parameters that end after the value, though their padding would not.
    [InlineData("000200000001000200")]
    [InlineData("00010000 0002")]
    [InlineData("00990003010203 00020000")] // No padding between two entries.
    public void Entries_that_do_not_add_up_are_refused(string hex)
    {
        Assert.False(PasswordAlgorithmList.TryRead(Bytes(hex), out PasswordAlgorithmList list));
        Assert.Equal(0, list.Count);
    }

    [Fact]
    public void An_algorithm_with_parameters_that_it_does_not_have_is_none_and_another_is_taken()
    {
        Assert.True(PasswordAlgorithmList.TryRead(Bytes("0002000101000000 00010000"), out PasswordAlgorithmList list));
        Assert.Equal([PasswordAlgorithm.None, PasswordAlgorithm.Md5], Entries(list));
        Assert.Equal(PasswordAlgorithm.Md5, list.FirstSupported());
        Assert.True(PasswordAlgorithmList.TryRead(Bytes("00990000"), out list));
        Assert.Equal(PasswordAlgorithm.None, list.FirstSupported());
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static List<PasswordAlgorithm> Entries(PasswordAlgorithmList list)
    {
        var entries = new List<PasswordAlgorithm>();
        foreach (PasswordAlgorithm algorithm in list) entries.Add(algorithm);
        return entries;
    }
}
