namespace Traversal.Stun.Tests;

/// <summary>PASSWORD-ALGORITHMS (RFC 8489 section 14.11).</summary>
public class PasswordAlgorithmListTests
{
    [Theory]
    [InlineData("0001")]
    [InlineData("0001000400")]
    [InlineData("00010004000000")]
    [InlineData("000200000001000200")]
    public void An_entry_whose_parameters_end_after_the_value_is_refused(string value) =>
        Assert.False(PasswordAlgorithmList.TryRead(Convert.FromHexString(value), out _));

    [Theory]
    [InlineData("00010000", 1)]
    [InlineData("0001000107", 1)]
    [InlineData("0001000400000000", 1)]
    [InlineData("000100010000000000020000", 2)]
    public void The_last_entry_needs_no_padding(string value, int entries)
    {
        Assert.True(PasswordAlgorithmList.TryRead(Convert.FromHexString(value), out PasswordAlgorithmList list));
        Assert.Equal(entries, list.Count);
    }
}
