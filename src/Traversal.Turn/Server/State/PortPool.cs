using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// The free ports of one relay address. Each is as likely to be given out as any other (RFC 6056), in constant time: even ports, odd ports and
/// pairs of both are lists from which a random place is taken and filled with the last.
/// </summary>
internal sealed class PortPool
{
    /// <summary>How long a port that another program had is left alone.</summary>
    private static readonly TimeSpan TakenFor = TimeSpan.FromMinutes(1);

    private readonly int _minPort;
    private readonly int _maxPort;
    private readonly FreeList _even;
    private readonly FreeList _odd;

    // The even ports whose next one is free too.
    private readonly FreeList _pairs;
    private readonly Queue<(ushort Port, MonotonicTime Until)> _taken = new();

    public PortPool(ushort minPort, ushort maxPort)
    {
        (_minPort, _maxPort) = (minPort, maxPort);
        _even = new FreeList(minPort, maxPort);
        _odd = new FreeList(minPort, maxPort);
        _pairs = new FreeList(minPort, maxPort);
        for (int port = minPort; port <= maxPort; port++) Release((ushort)port);
    }

    public int FreeCount => _even.Count + _odd.Count;

    /// <summary>Takes a port; for <see cref="PortChoice.EvenAndNext"/> the even one of two that are both taken.</summary>
    public bool TryTake(PortChoice choice, RandomSource random, MonotonicTime now, out ushort port)
    {
        while (_taken.TryPeek(out (ushort Port, MonotonicTime Until) taken) && taken.Until <= now) Release(_taken.Dequeue().Port);

        port = 0;
        FreeList list = choice switch
        {
            PortChoice.EvenAndNext => _pairs,
            PortChoice.Even => _even,
            _ => FreeCount > 0 && random.Next(FreeCount) >= _even.Count ? _odd : _even,
        };
        if (list.Count == 0) return false;

        port = list.Pick(random);
        Remove(port);
        if (choice == PortChoice.EvenAndNext) Remove((ushort)(port + 1));
        return true;
    }

    /// <summary>Gives a port back.</summary>
    public void Release(ushort port)
    {
        bool isEven = (port & 1) == 0;
        (isEven ? _even : _odd).Add(port);
        int other = isEven ? port + 1 : port - 1;
        if (other >= _minPort && other <= _maxPort && (isEven ? _odd : _even).Contains((ushort)other)) _pairs.Add((ushort)Math.Min(port, other));
    }

    /// <summary>Gives back a port that could not be opened; it is not given out again for a while.</summary>
    public void ReleaseTaken(ushort port, MonotonicTime now) => _taken.Enqueue((port, now + TakenFor));

    private void Remove(ushort port)
    {
        bool isEven = (port & 1) == 0;
        (isEven ? _even : _odd).Remove(port);
        _pairs.Remove(isEven ? port : (ushort)(port - 1));
    }

    /// <summary>A set of ports with a random member in constant time.</summary>
    private sealed class FreeList(int minPort, int maxPort)
    {
        private const ushort Absent = ushort.MaxValue;

        private readonly ushort[] _ports = new ushort[(maxPort - minPort) / 2 + 1];
        private readonly ushort[] _places = CreatePlaces(maxPort - minPort + 1);

        public int Count { get; private set; }

        public bool Contains(ushort port) => port >= minPort && _places[port - minPort] != Absent;

        public ushort Pick(RandomSource random) => _ports[random.Next(Count)];

        public void Add(ushort port)
        {
            _places[port - minPort] = (ushort)Count;
            _ports[Count++] = port;
        }

        public void Remove(ushort port)
        {
            if (!Contains(port)) return;

            ushort place = _places[port - minPort];
            ushort last = _ports[--Count];
            _ports[place] = last;
            _places[last - minPort] = place;
            _places[port - minPort] = Absent;
        }

        private static ushort[] CreatePlaces(int count)
        {
            var places = new ushort[count];
            places.AsSpan().Fill(Absent);
            return places;
        }
    }
}
