using System.Net.Sockets;

namespace Traversal.Transport.Managed;

/// <summary>The sends that can be under way: one at a time for each socket that waits for the kernel, and one more. There are as many as were ever needed at once.</summary>
internal sealed class SenderPool
{
    private readonly Lock _gate = new();
    private readonly Stack<Sender> _idle = new();
    private readonly Stack<Sender> _finished = new();
    private int _count;

    public Sender Take()
    {
        if (_idle.TryPop(out Sender? idle)) return idle;

        // Room for all of them, so that nothing grows when one is done.
        _count++;
        _idle.EnsureCapacity(_count);
        lock (_gate) _finished.EnsureCapacity(_count);
        return new Sender(this);
    }

    public void Return(Sender sender) => _idle.Push(sender);

    /// <summary>Called on any thread when a send that had to wait is done.</summary>
    public void Finish(Sender sender)
    {
        lock (_gate) _finished.Push(sender);
    }

    /// <summary>Takes back, on the shard's thread, a send that had to wait, and says how it ended.</summary>
    public bool TryReap(out SocketError outcome, out int length)
    {
        outcome = SocketError.Success;
        length = 0;
        if (_idle.Count == _count) return false;

        Sender? sender;
        lock (_gate)
        {
            if (!_finished.TryPop(out sender)) return false;
        }

        outcome = sender.SocketError;
        length = sender.Count;
        sender.EndWait();
        Return(sender);
        return true;
    }
}
