using Traversal.Client;
using Traversal.Primitives;

namespace Traversal.Simulation.Client;

/// <summary>
/// A <see cref="VirtualNetwork"/> in which the clients of this process live: they get its hosts as their network and its clock as their time, and run unchanged.
/// Its clock stands still while anything runs in the thread pool, however long that takes, and goes to the next thing that happens as soon as nothing does.
/// </summary>
/// <remarks>
/// <para>
/// Times are exact and outcomes repeatable, on a loaded machine too. Not repeatable is the order in which threads that run at one moment come to send, and what
/// draws its own randomness, such as TLS.
/// </para>
/// <para>
/// What waits in here has to wait for the network or the <see cref="ClientEnvironment.Time"/> of an environment of this world, or for what follows from them. Waiting
/// for the system's clock, a real socket or a thread that is not of the pool is not seen, and the virtual clock runs on meanwhile. Threads of the pool must not be blocked.
/// Others in the process that use the pool slow a world down, and change nothing in it.
/// </para>
/// </remarks>
public sealed class SimulatedWorld
{
    /// <summary>How far the clock goes in one run, unless it is told otherwise: an hour.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromHours(1);

    private readonly Dictionary<Host, ClientEnvironment> _environments = [];
    private readonly VirtualTimers _timers;
    private int _isRunning;

    /// <summary>A world with an empty network.</summary>
    /// <param name="seed">Decides what is lost, delayed and drawn.</param>
    public SimulatedWorld(ulong seed = 1)
        : this(new VirtualNetwork(seed))
    {
    }

    /// <summary>A world around a network, which from here on is run by nobody else.</summary>
    /// <param name="network">The network.</param>
    public SimulatedWorld(VirtualNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        Time = new VirtualTimeProvider(this);
        _timers = new VirtualTimers(this);
        network.Add(_timers);
    }

    /// <summary>The network, and the hosts on it; to be changed through <see cref="Do"/> while the world runs.</summary>
    public VirtualNetwork Network { get; }

    /// <summary>The present.</summary>
    public MonotonicTime Now => Network.Now;

    /// <summary>The clock of those who are on no host.</summary>
    public TimeProvider Time { get; }

    /// <summary>How long, by the system's clock, a run waits for the thread pool to come to rest. Default: one minute.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Held by whoever uses the network.</summary>
    internal Lock Gate { get; } = new();

    internal VirtualTimers Timers => _timers;

    /// <summary>
    /// What a client on a host stands on: the host's network, the virtual clock, and randomness that follows from the seed. It asks no name server until it is given
    /// some by <see cref="ClientEnvironment.Dns"/>. Each host has one.
    /// </summary>
    /// <param name="host">A host of this world's network.</param>
    public ClientEnvironment EnvironmentOf(Host host)
    {
        ArgumentNullException.ThrowIfNull(host);
        lock (Gate)
        {
            if (_environments.TryGetValue(host, out ClientEnvironment? known)) return known;

            return _environments[host] = new ClientEnvironment
            {
                Network = new SimulatedNetwork(this, host),
                Time = new VirtualTimeProvider(this),
                Random = new SharedRandomSource(Network.Random.NextUInt64()),
                Dns = new DnsSettings { Servers = [] },
            };
        }
    }

    /// <summary>Two ends of a way for signals that takes its time and loses nothing.</summary>
    /// <param name="delay">How long a signal takes.</param>
    public (ISignaling One, ISignaling Other) ConnectSignaling(TimeSpan delay) => SimulatedSignaling.CreatePair(this, delay);

    /// <summary>Does something to the network or a host while nobody else does: takes an address away, changes a NAT.</summary>
    /// <param name="act">It must not wait.</param>
    public void Do(Action act)
    {
        ArgumentNullException.ThrowIfNull(act);
        lock (Gate) act();
    }

    /// <summary>Runs the world until a task in it has ended. What was started and not ended by then stands still until the next run.</summary>
    /// <param name="body">Starts the task, in a thread of the pool.</param>
    /// <param name="limit">How far the clock may go; <see cref="DefaultLimit"/> where it is null.</param>
    /// <exception cref="TimeoutException">The limit was reached, or the thread pool did not come to rest within <see cref="Patience"/>.</exception>
    /// <exception cref="InvalidOperationException">The world runs already, or nothing will happen any more and the task waits still.</exception>
    public async Task RunAsync(Func<Task> body, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0) throw new InvalidOperationException("This world runs already.");

        try
        {
            MonotonicTime end = Now + (limit ?? DefaultLimit);
            Task running = Task.Run(body);
            await Driver.RunAsync(() => Drive(running, end)).ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    // One thing at a time: whatever follows from it has run before the next one happens, at the same moment too.
    private void Drive(Task running, MonotonicTime end)
    {
        while (true)
        {
            if (!PoolRest.Wait(Patience)) throw new TimeoutException($"Seed {Network.Seed}: at {Now} the thread pool does not come to rest: something in it spins, or blocks its thread.");
            if (running.IsCompleted) return;

            lock (Gate)
            {
                MonotonicTime next = Network.NextDeadline;
                if (next == MonotonicTime.Never) throw new InvalidOperationException($"Seed {Network.Seed}: nothing will happen after {Now}, and the task waits still.");
                if (next > end) throw new TimeoutException($"Seed {Network.Seed}: the task waits still at {end}.");
                Network.Step();
            }
        }
    }
}
