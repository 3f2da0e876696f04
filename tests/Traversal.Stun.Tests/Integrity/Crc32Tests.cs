using System.Text;

namespace Traversal.Stun.Tests;

public class Crc32Tests
{
    private static readonly byte[] Bytes = RandomBytes(2048);

    [Fact]
    public void The_check_value_of_the_polynomial_is_that_of_the_catalogues() =>
        Assert.Equal(0xCBF43926u, SlicedCrc32.Of(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void The_tables_agree_with_one_bit_at_a_time_on_every_length()
    {
        for (int length = 0; length <= 300; length++) Assert.Equal(BitByBit(Bytes.AsSpan(7, length)), SlicedCrc32.Of(Bytes.AsSpan(7, length)));
    }

    [Fact]
    public void Carryless_multiplication_agrees_with_the_tables_on_every_length_and_alignment()
    {
        Assert.SkipUnless(CarrylessCrc32.IsSupported, "The processor has no carry-less multiplication.");
        for (int length = 16; length <= 1024; length += 4)
        {
            Assert.True(CarrylessCrc32.Takes(length));
            int start = length * 7 % 61;
            Assert.Equal(SlicedCrc32.Of(Bytes.AsSpan(start, length)), CarrylessCrc32.Of(Bytes.AsSpan(start, length)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(18)]
    public void Short_and_odd_lengths_are_left_to_the_tables(int length)
    {
        Assert.False(CarrylessCrc32.Takes(length));
        Assert.Equal(BitByBit(Bytes.AsSpan(0, length)), Crc32.Of(Bytes.AsSpan(0, length)));
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(20200225).NextBytes(bytes);
        return bytes;
    }
}
