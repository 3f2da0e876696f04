using Traversal.Peer.Multiplexing;

namespace Traversal.Peer.Tests.Multiplexing;

/// <summary>Nobody opens anything before the other side has seen who it is.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public void Streams_and_datagrams_wait_until_the_other_side_admits()
    {
        using Multiplexer one = New(isInitiator: true), other = New(isInitiator: false);
        Transfer(one, other);
        Transfer(other, one);
        Assert.Null(one.Open());
        Assert.False(one.TrySendDatagram([1]));
        Assert.False(one.IsAdmitted);

        other.Admit();
        Transfer(other, one);
        Assert.True(one.IsAdmitted);
        Assert.True(Events(one).HasFlag(MultiplexerEventKind.Admitted));
        Assert.Equal(3, one.Open()!.Write([1, 2, 3]));
        Transfer(one, other);
        Assert.False(other.IsClosed);
        Assert.Null(other.Open()); // It was not admitted itself.
    }

    [Fact]
    public void Whoever_does_not_wait_is_cut_off()
    {
        using Multiplexer one = new(new MultiplexerOptions { IsInitiator = true }), other = New(isInitiator: false);
        one.SendHello([]);
        one.Open()!.Write([1]);
        Transfer(one, other);
        Assert.Equal((MultiplexerCloseReason.ProtocolViolation, false), (other.CloseReason, other.IsClosedByPeer));
    }

    [Fact]
    public void Admitting_twice_is_said_once_and_hearing_it_twice_is_a_violation()
    {
        using Multiplexer one = New(isInitiator: true), other = New(isInitiator: false);
        one.Admit();
        one.Admit();
        byte[] said = Take(one);
        other.OnBytes(said);
        Assert.False(other.IsClosed);
        one.Admit();
        Assert.Empty(Take(one));
        other.OnBytes(said.AsSpan(said.Length - 2)); // The frame itself once more.
        Assert.Equal(MultiplexerCloseReason.ProtocolViolation, other.CloseReason);
    }

    private static Multiplexer New(bool isInitiator)
    {
        var made = new Multiplexer(new MultiplexerOptions { IsInitiator = isInitiator, NeedsAdmission = true });
        made.SendHello([]);
        return made;
    }

    private static byte[] Take(Multiplexer from)
    {
        byte[] bytes = new byte[Multiplexer.MinTransmitLength];
        return from.TryTakeTransmit(bytes, out int length) ? bytes[..length] : [];
    }

    private static void Transfer(Multiplexer from, Multiplexer to) => to.OnBytes(Take(from));

    private static MultiplexerEventKind Events(Multiplexer of)
    {
        MultiplexerEventKind all = MultiplexerEventKind.None;
        while (of.TryTakeEvent(out MultiplexerEvent happened)) all |= happened.Kinds;
        return all;
    }
}
