namespace Traversal.Stun.Tests;

public class PacketDemultiplexerTests
{
    [Theory]
    [InlineData(0, 3, PacketKind.Stun)]
    [InlineData(4, 15, PacketKind.Unknown)]
    [InlineData(16, 19, PacketKind.Zrtp)]
    [InlineData(20, 63, PacketKind.Dtls)]
    [InlineData(64, 79, PacketKind.TurnChannel)]
    [InlineData(80, 127, PacketKind.Quic)]
    [InlineData(128, 191, PacketKind.Rtp)]
    [InlineData(192, 255, PacketKind.Quic)]
    public void The_first_byte_tells(int from, int to, PacketKind kind) // RFC 7983 section 7, RFC 9443 section 3
    {
        for (int first = from; first <= to; first++) Assert.Equal(kind, PacketDemultiplexer.Classify([(byte)first, 0xFF]));
    }

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal(PacketKind.Unknown, PacketDemultiplexer.Classify([]));
}
