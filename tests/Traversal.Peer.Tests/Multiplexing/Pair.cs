using Traversal.Peer.Multiplexing;

namespace Traversal.Peer.Tests.Multiplexing;

/// <summary>Two multiplexers, and what is on the way between them.</summary>
internal sealed class Pair : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public Pair(Action<MultiplexerOptions>? one = null, Action<MultiplexerOptions>? other = null, bool saysHello = true)
    {
        One = Make(isInitiator: true, one);
        Other = Make(isInitiator: false, other);
        if (!saysHello) return;

        One.SendHello("one"u8);
        Other.SendHello("other"u8);
        Pump();
    }

    public Multiplexer One { get; }

    public Multiplexer Other { get; }

    /// <summary>What has happened and was taken.</summary>
    public List<MultiplexerEvent> OfOne { get; } = [];

    public List<MultiplexerEvent> OfOther { get; } = [];

    /// <summary>The stream that the other side of it has opened last.</summary>
    public MultiplexedStream Opened => OfOther.Last(happened => happened.Kinds.HasFlag(MultiplexerEventKind.Opened)).Stream!;

    /// <summary>Carries everything until nothing moves.</summary>
    public void Pump()
    {
        while (Carry(One, Other) | Carry(Other, One)) { }
        Take(One, OfOne);
        Take(Other, OfOther);
    }

    /// <summary>Carries what there is, one way.</summary>
    public bool Carry(Multiplexer from, Multiplexer to)
    {
        bool moved = false;
        while (from.TryTakeTransmit(_buffer, out int length))
        {
            to.OnBytes(_buffer.AsSpan(0, length));
            moved = true;
        }

        Assert.False(from.HasToSend);
        return moved;
    }

    public static void Take(Multiplexer from, List<MultiplexerEvent> events)
    {
        while (from.TryTakeEvent(out MultiplexerEvent happened)) events.Add(happened);
    }

    public static byte[] ReadAll(MultiplexedStream stream)
    {
        byte[] bytes = new byte[stream.ReadableLength];
        Assert.Equal(bytes.Length, stream.Read(bytes));
        return bytes;
    }

    public void Dispose()
    {
        One.Dispose();
        Other.Dispose();
    }

    private static Multiplexer Make(bool isInitiator, Action<MultiplexerOptions>? configure)
    {
        var options = new MultiplexerOptions { IsInitiator = isInitiator };
        configure?.Invoke(options);
        return new Multiplexer(options);
    }
}
