using Traversal.Primitives;

namespace Traversal.Stun.Tests;

public class TransactionIdTests
{
    [Fact]
    public void It_is_written_as_it_was_read()
    {
        byte[] bytes = new byte[TransactionId.Length];
        TransactionId.Read("0123456789ab"u8).Write(bytes);
        Assert.Equal("0123456789ab"u8, bytes);
    }

    [Fact]
    public void It_equals_itself_alone()
    {
        TransactionId id = TransactionId.Read("0123456789ab"u8), same = TransactionId.Read("0123456789ab"u8);
        Assert.True(id == same && id.Equals((object)same) && id.GetHashCode() == same.GetHashCode());
        Assert.True(id != TransactionId.Read("0123456789aB"u8) && id != TransactionId.Read("1123456789ab"u8));
        Assert.False(id.Equals("0123456789ab"));
    }

    // RFC8489-5-4, RFC8489-5-5
    [Fact]
    public void New_ones_come_from_the_source_of_randomness()
    {
        TransactionId first = TransactionId.Create(RandomSource.Seeded(1)), again = TransactionId.Create(RandomSource.Seeded(1));
        Assert.Equal(first, again);
        Assert.NotEqual(first, TransactionId.Create(RandomSource.Seeded(2)));
    }
}
