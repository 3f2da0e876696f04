namespace Traversal.Transport.Linux;

/// <summary>Waits for sockets that have something to read, and for a wake-up from another thread.</summary>
internal sealed unsafe class Poller
{
    private const ulong WakeUp = ulong.MaxValue;

    private readonly Lock _wakeGate = new();
    private readonly PollEvents _events;
    private readonly int _capacity;
    private readonly int _poll;
    private readonly int _wake;
    private int _wakePending;
    private bool _disposed;

    public Poller(int capacity)
    {
        _capacity = capacity;
        _poll = LibC.CreatePoll(Kernel.CloseOnExec);
        if (_poll < 0) throw new SystemCallException("epoll_create1", LibC.LastError);

        _wake = LibC.CreateEvent(0, Kernel.CloseOnExec | Kernel.NonBlocking);
        Errno error = _wake < 0 ? LibC.LastError : Add(_wake, WakeUp, Kernel.PollIn | Kernel.PollEdgeTriggered);
        if (error != Errno.None)
        {
            LibC.Close(_poll);
            if (_wake >= 0) LibC.Close(_wake);
            throw new SystemCallException("eventfd", error);
        }

        _events = new PollEvents(capacity);
    }

    /// <summary>Reports a descriptor with this number whenever it has something to read.</summary>
    public Errno Add(int descriptor, int number) => Add(descriptor, (uint)number, Kernel.PollIn);

    /// <summary>Waits; afterwards the numbers are at <see cref="NumberAt"/>.</summary>
    /// <param name="milliseconds">-1 for no limit.</param>
    /// <returns>How many descriptors there are, a wake-up included.</returns>
    public int Wait(int milliseconds)
    {
        int count = LibC.Wait(_poll, _events.Items, _capacity, milliseconds);
        if (count >= 0) return count;

        Errno error = LibC.LastError;
        return error == Errno.Interrupted ? 0 : throw new SystemCallException("epoll_wait", error);
    }

    /// <summary>The number of a descriptor that is ready; 0 for a wake-up, which this takes note of.</summary>
    public int NumberAt(int index)
    {
        ulong data = _events.DataAt(index);
        if (data != WakeUp) return (int)data;

        // Before the caller looks at its queues: whoever finds the flag set has queued something that the caller will see.
        Interlocked.Exchange(ref _wakePending, 0);
        return 0;
    }

    /// <summary>Makes the present or the next wait end. Being edge-triggered, the event needs no reading, and its sum of ones no bound.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) != 0) return;
        lock (_wakeGate)
        {
            ulong one = 1;
            if (!_disposed) LibC.Write(_wake, &one, sizeof(ulong));
        }
    }

    public void Dispose()
    {
        lock (_wakeGate)
        {
            if (_disposed) return;
            _disposed = true;
            LibC.Close(_wake);
            LibC.Close(_poll);
            _events.Free();
        }
    }

    private Errno Add(int descriptor, ulong data, uint flags)
    {
        byte* pollEvent = stackalloc byte[16];
        PollEvents.Write(pollEvent, flags, data);
        return LibC.ControlPoll(_poll, Kernel.PollAdd, descriptor, pollEvent) == 0 ? Errno.None : LibC.LastError;
    }
}
