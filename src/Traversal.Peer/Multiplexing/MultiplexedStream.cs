using System.Diagnostics.CodeAnalysis;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Multiplexing;

/// <summary>
/// A stream of bytes in each direction, in order, one of many of a <see cref="Multiplexer"/>. For the thread of its multiplexer. After each call that changes
/// it, what is to be sent is taken from the multiplexer.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of bytes is called one, although it is no System.IO.Stream: that blocks, and this does not.")]
public sealed partial class MultiplexedStream
{
    private readonly Multiplexer _multiplexer;

    internal MultiplexedStream(Multiplexer multiplexer, long id, long peerLimit)
    {
        _multiplexer = multiplexer;
        _limit = multiplexer.Options.StreamWindow;
        _peerLimit = peerLimit;
        Id = id;
    }

    /// <summary>Its number, the same on both sides: even where the initiator has opened it.</summary>
    public long Id { get; }

    /// <summary>What the caller keeps with it.</summary>
    public object? Tag { get; set; }

    /// <summary>Whether both directions are over.</summary>
    public bool IsOver => IsSendingOver && IsReceivingOver;

    /// <summary>
    /// Whether it counts as open, for the other side, even when it is over. Who keeps streams that the other side has opened until somebody asks for them sets
    /// this when it takes <see cref="MultiplexerEventKind.Opened"/>, and clears it when somebody has: otherwise the other side could open and end streams without
    /// a bound.
    /// </summary>
    public bool IsHeld
    {
        get;
        set
        {
            field = value;
            _multiplexer.ForgetIfOver(this);
        }
    }

    /// <summary>What has happened to it and waits to be taken.</summary>
    internal MultiplexerEventKind PendingEvents { get; set; }

    /// <summary>Whether it waits for its turn to send bytes.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether it waits for its turn to send anything else.</summary>
    internal bool IsControlQueued { get; set; }

    /// <summary>Whether nobody needs it any more. No queue may have it: each is as long as there are streams.</summary>
    internal bool IsForgettable => IsOver && !IsHeld && !IsQueued && !IsControlQueued && PendingEvents == MultiplexerEventKind.None;

    private void Raise(MultiplexerEventKind kind) => _multiplexer.Raise(this, kind);

    private static void ThrowIfBad(long code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, FrameWriter.MaxNumber);
    }
}
