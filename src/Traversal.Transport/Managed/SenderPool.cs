using System.Net.Sockets;

namespace Traversal.Transport.Managed;

/// <summary>A fixed number of sends that can be under way; what they hold is all that is ever queued for sending.</summary>
internal sealed class SenderPool
{
    /// <summary>The most sends that wait for the kernel.</summary>
    private const int Capacity = 16;

    private readonly Lock _gate = new();
    private readonly Sender[] _idle = new Sender[Capacity];
    private readonly Sender[] _finished = new Sender[Capacity];
    private int _idleCount = Capacity;
    private int _finishedCount;

    public SenderPool()
    {
        byte[] buffers = GC.AllocateUninitializedArray<byte>(Capacity * DatagramEngine.MaxDatagram, pinned: true);
        for (int i = 0; i < Capacity; i++)
        {
            _idle[i] = new Sender(buffers.AsMemory(i * DatagramEngine.MaxDatagram, DatagramEngine.MaxDatagram), this);
        }
    }

    public bool TryTake(out Sender? sender)
    {
        sender = _idleCount > 0 ? _idle[--_idleCount] : null;
        return sender is not null;
    }

    public void Return(Sender sender) => _idle[_idleCount++] = sender;

    /// <summary>Called on any thread when a send that had to wait is done.</summary>
    public void Finish(Sender sender)
    {
        lock (_gate) _finished[_finishedCount++] = sender;
    }

    /// <summary>Takes back, on the shard's thread, a send that had to wait, and says how it ended.</summary>
    public bool TryReap(out SocketError outcome, out int length)
    {
        outcome = SocketError.Success;
        length = 0;
        if (_idleCount == Capacity) return false;

        Sender sender;
        lock (_gate)
        {
            if (_finishedCount == 0) return false;
            sender = _finished[--_finishedCount];
        }

        outcome = sender.SocketError;
        length = sender.Count;
        Return(sender);
        return true;
    }
}
