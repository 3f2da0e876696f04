using Traversal.Peer.Buffers;
using Traversal.Peer.Reliable.Recovery;
using Traversal.Peer.Reliable.Wire;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Reliable;

/// <summary>
/// A stream of bytes in each direction, reliable and in order, one of many on a <see cref="ReliablePath"/>. For the thread of its path. After each call that
/// changes it, what is to be sent is taken from the path.
/// </summary>
public sealed partial class Conversation
{
    private readonly ReliablePath _path;

    internal Conversation(ReliablePath path, long id)
    {
        _path = path;
        _unread = new BlockBuffer(path.Unread);
        Id = id;
    }

    /// <summary>Its number on the path, the same on both sides.</summary>
    public long Id { get; }

    /// <summary>Whether both directions are over, and the path has forgotten it.</summary>
    public bool IsOver => IsSendingOver && IsReceivingOver;

    /// <summary>What has happened to it and waits to be taken.</summary>
    internal ReliableEventKind PendingEvents { get; set; }

    /// <summary>Whether it waits for its turn to send.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether there is something to send, apart from what the other side's window holds back.</summary>
    internal bool HasToSend => HasControlToSend || HasDataToSend;

    /// <summary>Writes what there is to say into a packet, as far as there is room, and notes in the packet what that was.</summary>
    internal void WriteTo(ref FrameWriter writer, ref SentPacket packet)
    {
        packet.Conversation = this;
        WriteControlTo(ref writer, ref packet);
        if (_resetCode is { } code) WriteResetTo(ref writer, ref packet, code);
        else WriteDataTo(ref writer, ref packet);
    }

    /// <summary>A packet about it has come to the other side.</summary>
    internal void OnAcknowledged(in SentPacket packet)
    {
        OnDataAcknowledged(in packet);
        _path.ForgetIfOver(this);
    }

    /// <summary>A packet about it is taken for lost.</summary>
    internal void OnLost(in SentPacket packet)
    {
        OnControlLost(in packet);
        OnDataLost(in packet);
        if (HasToSend) _path.WantsToSend(this);
    }

    /// <summary>The path is closed: what was written is given up, and what has come too, except where the other side had said all that it wanted to say.</summary>
    internal void OnPathClosed(bool keepsUnread)
    {
        _unacknowledged.ReleaseAll(_written);
        if (!keepsUnread) DropUnread();
    }

    /// <summary>Gives back all memory.</summary>
    internal void Release()
    {
        _unacknowledged.ReleaseAll(_written);
        DropUnread();
    }

    private void Raise(ReliableEventKind kind) => _path.Raise(this, kind);
}
