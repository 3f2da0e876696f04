using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>
/// A network in virtual time: nothing in it waits, and the same seed makes the same things happen in the same order. For one thread.
/// </summary>
public sealed class VirtualNetwork
{
    private const int MostStepsAtOnce = 1_000_000;

    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new();
    private readonly List<IMachine> _machines = [];
    private long _order;

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
        int steps = 0;
        while (!condition())
        {
            MonotonicTime next = _queue.TryPeek(out _, out (long At, long Order) first) ? new MonotonicTime(first.At) : MonotonicTime.Never;
            MonotonicTime due = MonotonicTime.Never;
            IMachine? machine = null;
            foreach (IMachine candidate in _machines)
            {
                if (candidate.NextDeadline >= due) continue;
                due = candidate.NextDeadline;
                machine = candidate;
            }

            if (MonotonicTime.Min(next, due) > end)
            {
                Now = end;
                return false;
            }

            if (MonotonicTime.Min(next, due) > Now)
            {
                Now = MonotonicTime.Min(next, due);
                steps = 0;
            }

            if (++steps > MostStepsAtOnce) throw new InvalidOperationException($"Seed {Seed}: time stands still at {Now}.");
            if (next <= due)
                _queue.Dequeue()();
            else
                machine!.OnTime(Now);
        }

        return true;
    }

    /// <summary>Carries a packet over a link: late, twice or not at all.</summary>
    internal void Carry(Packet packet, Link link, Action<Packet> deliver)
    {
        PacketsSent++;
        if (packet.Bytes.Length > link.Mtu) return;

        int copies = Happens(link.Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            if (Happens(link.Loss)) continue;
            TimeSpan delay = link.Jitter == TimeSpan.Zero ? link.Latency : link.Latency + link.Jitter * (Random.Next(1000) / 1000.0);
            Schedule(delay, () => deliver(packet));
        }
    }

    private bool Happens(double probability) => probability > 0 && Random.NextUInt32() < probability * uint.MaxValue;
}
