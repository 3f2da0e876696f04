namespace Traversal.Turn.Tests;

public sealed class ChannelDataTests
{
    [Theory]
    [InlineData(0x3FFF, false, false)]
    [InlineData(0x4000, true, true)]
    [InlineData(0x4FFF, true, true)]
    [InlineData(0x5000, false, true)]
    [InlineData(0x7FFF, false, true)]
    [InlineData(0x8000, false, false)]
    [InlineData(0xFFFF, false, false)]
    public void Numbers_from_4000_to_4FFF_can_be_bound_and_those_of_old_clients_are_read(ushort number, bool isValid, bool isClassic)
    {
        Assert.Equal(isValid, new ChannelNumber(number).IsValid);
        Assert.Equal(isClassic, new ChannelNumber(number).IsClassic);
        Assert.Equal(isClassic, ChannelData.TryRead([(byte)(number >> 8), (byte)number, 0, 0], out _, out _));
    }

    [Fact]
    public void A_message_shorter_than_it_says_is_refused_and_padding_is_ignored()
    {
        byte[] message = [0x40, 0x01, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0];
        for (int length = 0; length <= message.Length; length++)
        {
            bool whole = ChannelData.TryRead(message.AsSpan(0, length), out ChannelNumber number, out int dataLength);
            Assert.Equal(length >= 9, whole);
            if (whole) Assert.Equal((0x4001, 5), (number.Value, dataLength));
        }
    }

    [Fact]
    public void The_header_written_is_the_header_read()
    {
        Span<byte> message = new byte[ChannelData.HeaderLength + ChannelData.MaxDataLength];
        ChannelData.WriteHeader(message, new ChannelNumber(0x4ABC), ChannelData.MaxDataLength);
        Assert.True(ChannelData.TryRead(message, out ChannelNumber number, out int length));
        Assert.Equal((0x4ABC, ChannelData.MaxDataLength), (number.Value, length));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChannelData.WriteHeader(new byte[4], new ChannelNumber(0x4000), 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChannelData.WriteHeader(new byte[4], new ChannelNumber(0x4000), -1));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 8)]
    [InlineData(4, 8)]
    [InlineData(65_535, 65_540)]
    public void On_a_stream_it_is_padded_to_four(int dataLength, int length) => Assert.Equal(length, ChannelData.StreamLength(dataLength));
}
