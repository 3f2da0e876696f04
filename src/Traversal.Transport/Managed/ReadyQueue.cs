namespace Traversal.Transport.Managed;

/// <summary>The sockets that have something to read, in the order in which they got it; the shard sleeps on it.</summary>
internal sealed class ReadyQueue(int capacity)
{
    // Monitor and not Lock: the shard waits for a pulse.
    private readonly object _gate = new();
    private ManagedSocket?[] _ring = new ManagedSocket?[Math.Min(capacity, 64)];
    private int _head;
    private int _count;
    private bool _woken;

    /// <summary>How many are in the queue, at least: others may be added at any time.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    public void Add(ManagedSocket socket)
    {
        lock (_gate)
        {
            if (_count == _ring.Length) Grow();
            _ring[(_head + _count++) % _ring.Length] = socket;
            Monitor.Pulse(_gate);
        }
    }

    public bool TryTake(out ManagedSocket? socket)
    {
        lock (_gate)
        {
            socket = null;
            if (_count == 0) return false;
            socket = _ring[_head];
            _ring[_head] = null;
            _head = (_head + 1) % _ring.Length;
            _count--;
            return true;
        }
    }

    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Sleeps until a socket is ready, <see cref="Wake"/> is called or the timeout is over; forgets the wake-up.</summary>
    /// <param name="milliseconds">-1 for no limit.</param>
    public void Wait(int milliseconds)
    {
        lock (_gate)
        {
            if (_count == 0 && !_woken && milliseconds != 0) Monitor.Wait(_gate, milliseconds);
            _woken = false;
        }
    }

    // A socket is in the queue once, so the ring never gets longer than the engine has sockets.
    private void Grow()
    {
        var larger = new ManagedSocket?[_ring.Length * 2];
        for (int i = 0; i < _count; i++) larger[i] = _ring[(_head + i) % _ring.Length];
        _ring = larger;
        _head = 0;
    }
}
