using Traversal.Peer.Reliable;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Reliable;

/// <summary>Pairs of paths that share a link, in virtual time.</summary>
internal sealed class Scene
{
    // What IP and UDP put around a datagram.
    private const int Headers = 28;

    private readonly RandomSource _random;
    private readonly PriorityQueue<(Side To, byte[] Datagram), (long At, long Order)> _onTheWay = new();
    private readonly byte[] _buffer = new byte[ReliablePath.MaxDatagramLength];
    private readonly List<Side> _sides = [];
    private readonly MonotonicTime[] _freeAt = new MonotonicTime[2];
    private long _order;

    public Scene(ulong seed, Wire? wire = null)
    {
        _random = RandomSource.Seeded(seed);
        Wire = wire ?? new Wire();
        (_freeAt[0], _freeAt[1]) = (Now, Now);
    }

    public Wire Wire { get; set; }

    /// <summary>What becomes of a datagram that a third party sees; null for what it is.</summary>
    public Func<Side, byte[], byte[]?>? Tamper { get; set; }

    public MonotonicTime Now { get; private set; } = MonotonicTime.Zero + TimeSpan.FromSeconds(1);

    /// <summary>The longest time that a packet has waited in a queue since this was set to zero.</summary>
    public TimeSpan LongestQueue { get; set; }

    /// <summary>Datagrams that a queue had no room for.</summary>
    public int Overflows { get; private set; }

    public (Side One, Side Other) Connect(Action<ReliableOptions>? configure = null)
    {
        Side one = Make(isInitiator: true), other = Make(isInitiator: false);
        (one.Opposite, other.Opposite) = (other, one);
        return (one, other);

        Side Make(bool isInitiator)
        {
            var options = new ReliableOptions { IsInitiator = isInitiator, Secret = "a secret of sixteen bytes"u8.ToArray() };
            configure?.Invoke(options);
            var side = new Side(new ReliablePath(options, RandomSource.Seeded(_random.NextUInt64()), Now), isInitiator ? 0 : 1);
            _sides.Add(side);
            return side;
        }
    }

    /// <summary>Runs until something is so.</summary>
    /// <returns>False where the time was over before.</returns>
    public bool RunUntil(Func<bool> isDone, TimeSpan limit)
    {
        MonotonicTime end = Now + limit;
        while (true)
        {
            foreach (Side side in _sides) Serve(side);
            if (isDone()) return true;

            MonotonicTime next = _onTheWay.TryPeek(out _, out (long At, long Order) first) ? new MonotonicTime(first.At) : MonotonicTime.Never;
            foreach (Side side in _sides) next = MonotonicTime.Min(next, side.Path.NextDeadline);
            if (next > end)
            {
                Now = end;
                return false;
            }

            if (next > Now) Now = next;
            while (_onTheWay.TryPeek(out _, out first) && first.At <= Now.Nanoseconds)
            {
                (Side to, byte[] datagram) = _onTheWay.Dequeue();
                to.LastArrival = to.Path.OnDatagram(datagram, Now);
            }

            foreach (Side side in _sides)
            {
                if (side.Path.NextDeadline <= Now) side.Path.OnTime(Now);
            }
        }
    }

    /// <summary>Runs for a time.</summary>
    public void Run(TimeSpan time) => RunUntil(static () => false, time);

    /// <summary>Hands a datagram to a side as if it had come.</summary>
    public ReliableArrival Inject(Side to, byte[] datagram) => to.Path.OnDatagram(datagram, Now);

    private void Serve(Side side)
    {
        do
        {
            while (side.Path.TryTakeEvent(out ReliableEvent happened)) side.Handle(happened);
            side.Step();
            while (side.Path.TryTakeTransmit(_buffer, Now, out int length)) Send(side, _buffer[..length]);
        }
        while (side.HasMore);
    }

    private void Send(Side from, byte[] datagram)
    {
        if (Tamper is not null && Tamper(from, datagram) is not { } tampered) return;
        else if (Tamper is not null) datagram = Tamper(from, datagram)!;

        if (datagram.Length > Wire.MaxLength) return;

        ref MonotonicTime freeAt = ref _freeAt[from.Direction];
        if (freeAt < Now) freeAt = Now;
        TimeSpan queued = freeAt - Now;
        long room = Wire.QueueLength ?? (long)(Wire.Rate / 8 / 10);
        if (queued.TotalSeconds * Wire.Rate / 8 > room)
        {
            Overflows++;
            return;
        }

        freeAt = new MonotonicTime(freeAt.Nanoseconds + (long)((datagram.Length + Headers) * 8 / Wire.Rate * 1e9));
        if (queued > LongestQueue) LongestQueue = queued;
        if (Chance(Wire.Loss)) return;

        Arrive(from.Opposite, datagram, freeAt);
        if (Chance(Wire.Duplication)) Arrive(from.Opposite, datagram, freeAt);
    }

    private void Arrive(Side to, byte[] datagram, MonotonicTime sentAt)
    {
        MonotonicTime at = sentAt + Wire.Latency;
        if (Wire.Jitter > TimeSpan.Zero) at += new TimeSpan(_random.Next((int)Wire.Jitter.Ticks));
        _onTheWay.Enqueue((to, datagram), (at.Nanoseconds, _order++));
    }

    private bool Chance(double probability) => probability > 0 && _random.NextUInt32() < probability * uint.MaxValue;
}
