using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>
/// A network in virtual time: nothing in it waits, and the same seed makes the same things happen in the same order. For one thread.
/// </summary>
public sealed class VirtualNetwork
{
    private const int MostStepsAtOnce = 1_000_000;

    /// <summary>How much later a segment comes that was lost: Linux waits for no less before it sends again.</summary>
    private static readonly TimeSpan RetransmissionTimeout = TimeSpan.FromMilliseconds(200);

    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new();
    private readonly List<IMachine> _machines = [];
    private long _order;
    private int _stepsAtOnce;

    /// <summary>An empty network: the Internet, and nobody on it.</summary>
    /// <param name="seed">Decides what is lost, delayed and drawn.</param>
    public VirtualNetwork(ulong seed = 1)
    {
        Seed = seed;
        Random = RandomSource.Seeded(seed);
        Internet = new Realm(this);
    }

    /// <summary>What it was made with.</summary>
    public ulong Seed { get; }

    /// <summary>The present.</summary>
    public MonotonicTime Now { get; private set; } = MonotonicTime.Zero + TimeSpan.FromSeconds(1000);

    /// <summary>The date when the clock of a new network stood at zero: what hosts in it take for the date follows from it.</summary>
    public DateTimeOffset Beginning { get; init; } = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    /// <summary>The present, as a date.</summary>
    public DateTimeOffset UtcNow => Beginning + (Now - MonotonicTime.Zero);

    /// <summary>When something happens next; <see cref="MonotonicTime.Never"/> where nothing will.</summary>
    public MonotonicTime NextDeadline => MonotonicTime.Min(NextArrival, NextDue(out _));

    private MonotonicTime NextArrival => _queue.TryPeek(out _, out (long At, long Order) first) ? new MonotonicTime(first.At) : MonotonicTime.Never;

    /// <summary>The luck of this network.</summary>
    public RandomSource Random { get; }

    /// <summary>Where every public address is.</summary>
    public Realm Internet { get; }

    /// <summary>How many packets were put on a link.</summary>
    public long PacketsSent { get; internal set; }

    /// <summary>Sees every packet that a host sends.</summary>
    public Action<Packet>? Sniffer { get; set; }

    /// <summary>Whether a packet that a host sends is lost, beside those that links lose; null where none is.</summary>
    public Func<Packet, bool>? Loses { get; set; }

    /// <summary>Has a machine called at its deadlines.</summary>
    public void Add(IMachine machine) => _machines.Add(machine);

    /// <summary>Lets something happen later.</summary>
    public void Schedule(TimeSpan delay, Action action) => _queue.Enqueue(action, ((Now + delay).Nanoseconds, _order++));

    /// <summary>Lets things happen for so long.</summary>
    public void Run(TimeSpan span) => RunUntil(() => false, span);

    /// <summary>Lets things happen until a condition holds, or for so long.</summary>
    /// <returns>Whether it held.</returns>
    /// <exception cref="InvalidOperationException">A machine wants attention all the time.</exception>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        MonotonicTime end = Now + limit;
        while (!condition())
        {
            MonotonicTime next = NextArrival, due = NextDue(out IMachine? machine);
            if (MonotonicTime.Min(next, due) > end)
            {
                Now = end;
                return false;
            }

            Step(next, due, machine);
        }

        return true;
    }

    /// <summary>Lets the next thing happen, at its time.</summary>
    /// <exception cref="InvalidOperationException">Nothing will, or a machine wants attention all the time.</exception>
    public void Step()
    {
        MonotonicTime next = NextArrival, due = NextDue(out IMachine? machine);
        if (MonotonicTime.Min(next, due) == MonotonicTime.Never) throw new InvalidOperationException($"Seed {Seed}: nothing will happen after {Now}.");
        Step(next, due, machine);
    }

    /// <summary>Carries a packet over a link: late, twice or not at all.</summary>
    internal void Carry(Packet packet, Link link, Action<Packet> deliver)
    {
        PacketsSent++;
        if (packet.IsTcp)
        {
            if (link.Loss < 1) Schedule(DelayOf(link) + RetransmissionTimeout * Losses(link), () => deliver(packet));
            return;
        }

        if (packet.Bytes.Length > link.Mtu) return;

        int copies = Happens(link.Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            if (Happens(link.Loss)) continue;
            Schedule(DelayOf(link), () => deliver(packet));
        }
    }

    private void Step(MonotonicTime next, MonotonicTime due, IMachine? machine)
    {
        MonotonicTime first = MonotonicTime.Min(next, due);
        if (first > Now)
        {
            Now = first;
            _stepsAtOnce = 0;
        }

        if (++_stepsAtOnce > MostStepsAtOnce) throw new InvalidOperationException($"Seed {Seed}: time stands still at {Now}.");
        if (next <= due)
            _queue.Dequeue()();
        else
            machine!.OnTime(Now);
    }

    private MonotonicTime NextDue(out IMachine? machine)
    {
        MonotonicTime due = MonotonicTime.Never;
        machine = null;
        foreach (IMachine candidate in _machines)
        {
            if (candidate.NextDeadline >= due) continue;
            due = candidate.NextDeadline;
            machine = candidate;
        }

        return due;
    }

    private TimeSpan DelayOf(Link link) => link.Jitter == TimeSpan.Zero ? link.Latency : link.Latency + link.Jitter * (Random.Next(1000) / 1000.0);

    private int Losses(Link link)
    {
        int losses = 0;
        while (Happens(link.Loss)) losses++;
        return losses;
    }

    private bool Happens(double probability) => probability > 0 && Random.NextUInt32() < probability * uint.MaxValue;
}
