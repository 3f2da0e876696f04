using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>Waits for sockets that have something to read, for a deadline, and for a wake-up from another thread.</summary>
internal sealed unsafe class Poller
{
    private const ulong WakeUp = ulong.MaxValue;
    private const ulong Deadline = ulong.MaxValue - 1;

    /// <summary>How much later than asked for a wait may end: a timer that fires by then is left as it is.</summary>
    private const long SlackNanoseconds = 1_000_000;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The longest wait that is timed, a day; nobody notices that a longer one ends early.</summary>
    private const long LongestWait = 86_400 * NanosecondsPerSecond;

    private readonly Lock _wakeGate = new();
    private readonly PollEvents _events;
    private readonly int _capacity;
    private readonly int _poll;
    private readonly int _wake;
    private readonly int _timer;
    private MonotonicTime _firesAt;
    private int _wakePending;
    private bool _disposed;

    public Poller(NativeArena arena, int capacity)
    {
        _capacity = capacity;
        _poll = LibC.CreatePoll(Kernel.CloseOnExec);
        if (_poll < 0) throw new SystemCallException("epoll_create1", LibC.LastError);

        _wake = LibC.CreateEvent(0, Kernel.CloseOnExec | Kernel.NonBlocking);
        Errno error = _wake < 0 ? LibC.LastError : Add(_wake, WakeUp, Kernel.PollIn | Kernel.PollEdgeTriggered);
        _timer = error == Errno.None ? LibC.CreateTimer(Kernel.MonotonicClock, Kernel.CloseOnExec | Kernel.NonBlocking) : -1;
        if (error == Errno.None) error = _timer < 0 ? LibC.LastError : Add(_timer, Deadline, Kernel.PollIn | Kernel.PollEdgeTriggered);
        if (error != Errno.None)
        {
            CloseAll();
            throw new SystemCallException("eventfd or timerfd", error);
        }

        _events = new PollEvents(arena, capacity);
    }

    /// <summary>Reports a descriptor with this number whenever it has something to read.</summary>
    public Errno Add(int descriptor, int number) => Add(descriptor, (uint)number, Kernel.PollIn);

    /// <summary>
    /// Sees to it that the timer fires in time. A timeout of the wait itself would have the kernel program its clock twice for each wait, which a
    /// virtual machine pays dearly; deadlines move far less often than packets come.
    /// </summary>
    /// <param name="now">The present, in a clock of the caller's that is the same for all waits.</param>
    /// <param name="deadline">When to end the wait.</param>
    public void SetTimer(MonotonicTime now, MonotonicTime deadline)
    {
        if (deadline == MonotonicTime.Never || (_firesAt > now && _firesAt.Nanoseconds <= deadline.Nanoseconds + SlackNanoseconds)) return;

        _firesAt = deadline;
        long wait = Math.Min(deadline.Nanoseconds - now.Nanoseconds, LongestWait);
        var setting = new TimerSetting { Seconds = wait / NanosecondsPerSecond, Nanoseconds = wait % NanosecondsPerSecond };
        if (LibC.SetTimer(_timer, 0, &setting, null) != 0) throw new SystemCallException("timerfd_settime", LibC.LastError);
    }

    /// <summary>
    /// Waits, or only looks; afterwards the numbers are at <see cref="NumberAt"/>. A wait ends when the timer fires, or early.
    /// </summary>
    /// <returns>How many descriptors there are, a wake-up and the timer included.</returns>
    public int Wait(bool waits)
    {
        int count = FastCalls.Wait(_poll, _events.Items, _capacity, waits ? -1 : 0);
        if (count >= 0) return count;

        Errno error = FastCalls.LastError;
        return error == Errno.Interrupted ? 0 : throw new SystemCallException("epoll_wait", error);
    }

    /// <summary>The number of a descriptor that is ready; 0 for a wake-up, which this takes note of, and for the end of the wait.</summary>
    public int NumberAt(int index)
    {
        ulong data = _events.DataAt(index);
        if (data < Deadline) return (int)data;

        // Before the caller looks at its queues: whoever finds the flag set has queued something that the caller will see.
        if (data == WakeUp) Interlocked.Exchange(ref _wakePending, 0);
        else _firesAt = default;
        return 0;
    }

    /// <summary>Whether a descriptor that is ready has an error.</summary>
    public bool HasErrorAt(int index) => (_events.FlagsAt(index) & Kernel.PollError) != 0;

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
            CloseAll();
        }
    }

    private Errno Add(int descriptor, ulong data, uint flags)
    {
        byte* pollEvent = stackalloc byte[16];
        PollEvents.Write(pollEvent, flags, data);
        return LibC.ControlPoll(_poll, Kernel.PollAdd, descriptor, pollEvent) == 0 ? Errno.None : LibC.LastError;
    }

    private void CloseAll()
    {
        if (_timer >= 0) LibC.Close(_timer);
        if (_wake >= 0) LibC.Close(_wake);
        LibC.Close(_poll);
    }
}
