using System.Collections.Concurrent;

namespace Traversal.Transport.Linux;

/// <summary>Tells sockets that there is something to receive: one thread for all of them, which waits and does nothing else.</summary>
internal sealed unsafe class Readiness
{
    /// <summary>The most sockets that one wait reports.</summary>
    private const int MaxEvents = 64;

    private const int BytesPerEvent = 16;

    private static readonly Lazy<Readiness?> One = new(TryCreate);

    private readonly ConcurrentDictionary<long, BatchSocket> _sockets = [];
    private readonly int _poll;
    private long _lastNumber;

    private Readiness(int poll)
    {
        _poll = poll;
        new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = "datagram readiness" }.Start();
    }

    /// <summary>The one of this process; null where the system has no such calls.</summary>
    public static Readiness? Instance => One.Value;

    public long Add(BatchSocket socket)
    {
        long number = Interlocked.Increment(ref _lastNumber);
        _sockets[number] = socket;
        return number;
    }

    /// <summary>Forgets a socket. The kernel forgets it with its last descriptor.</summary>
    public void Remove(long number) => _sockets.TryRemove(number, out _);

    /// <summary>Makes a socket known to the kernel, which says nothing of it yet.</summary>
    public bool TryRegister(int descriptor, long number) => Control(Kernel.PollAdd, descriptor, Kernel.PollOnce, number);

    /// <summary>Has a socket that is registered told of once. This does not fail.</summary>
    public void Arm(int descriptor, long number) => Control(Kernel.PollModify, descriptor, Kernel.PollIn | Kernel.PollOnce, number);

    private static Readiness? TryCreate()
    {
        if (!LinuxEngine.IsPlatform(out _)) return null;
        try
        {
            int poll = LibC.CreatePoll(Kernel.CloseOnExec);
            return poll < 0 ? null : new Readiness(poll);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private void Run()
    {
        using var arena = new NativeArena(MaxEvents * BytesPerEvent);
        var events = new PollEvents(arena, MaxEvents);
        while (true)
        {
            int count = FastCalls.Wait(_poll, events.Items, MaxEvents, -1);
            for (int i = 0; i < count; i++)
            {
                if (_sockets.TryGetValue((long)events.DataAt(i), out BatchSocket? socket)) socket.Notify();
            }
        }
    }

    private bool Control(int operation, int descriptor, uint events, long number)
    {
        byte* pollEvent = stackalloc byte[BytesPerEvent];
        PollEvents.Write(pollEvent, events, (ulong)number);
        return LibC.ControlPoll(_poll, operation, descriptor, pollEvent) == 0;
    }
}
