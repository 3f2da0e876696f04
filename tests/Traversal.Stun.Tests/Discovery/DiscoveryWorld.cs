using Traversal.Primitives;
using Traversal.Stun.Discovery;

namespace Traversal.Stun.Tests.Discovery;

/// <summary>A discovery behind a NAT, and a server, in virtual time: every packet takes 20 ms or is lost.</summary>
internal sealed class DiscoveryWorld(ModelNat nat, ModelServer server, ulong seed = 1, double loss = 0)
{
    public static readonly TransportAddress Local = TransportAddress.Parse("10.0.0.2:5000");

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    private readonly PriorityQueue<(TransportAddress From, TransportAddress To, byte[] Bytes), (long Time, int Order)> _flying = new();
    private readonly RandomSource _random = RandomSource.Seeded(seed);
    private int _sent;

    public MonotonicTime Now { get; private set; } = MonotonicTime.Zero + TimeSpan.FromSeconds(100);

    /// <summary>When each new transaction was started.</summary>
    public List<MonotonicTime> Starts { get; } = [];

    /// <summary>Everybody to whom something was sent.</summary>
    public HashSet<TransportAddress> Destinations { get; } = [];

    public NatBehavior Run(DiscoverySettings settings)
    {
        var discovery = new BehaviorDiscovery(settings, Local, RandomSource.Seeded(seed + 1), Now);
        var seen = new HashSet<TransactionId>();
        byte[] buffer = new byte[BehaviorDiscovery.MaxDatagramLength];
        while (true)
        {
            while (discovery.TryTake(Now, buffer, out DiscoveryDatagram datagram))
            {
                if (seen.Add(TransactionId.Read(buffer.AsSpan(8)))) Starts.Add(Now);
                Destinations.Add(datagram.Destination);
                Leave(Local.WithPort((ushort)(Local.Port + datagram.Socket)), datagram.Destination, buffer[..datagram.Length]);
            }

            if (discovery.IsComplete) return discovery.Result;
            MonotonicTime next = discovery.NextDeadline;
            if (_flying.TryPeek(out _, out (long Time, int Order) arrival) && arrival.Time <= next.Nanoseconds)
            {
                Now = new MonotonicTime(arrival.Time);
                Arrive(discovery, _flying.Dequeue());
            }
            else
            {
                Assert.True(next > Now && next != MonotonicTime.Never, "It waits for nothing.");
                Now = next;
            }
        }
    }

    private void Leave(in TransportAddress local, in TransportAddress destination, byte[] bytes) =>
        Fly(nat.Out(in local, in destination, Now), destination, bytes);

    private void Arrive(BehaviorDiscovery discovery, (TransportAddress From, TransportAddress To, byte[] Bytes) packet)
    {
        if (ModelNat.IsPublic(packet.To) || packet.To.HasSameAddress(Local))
        {
            bool isHairpin = ModelNat.IsPublic(packet.From);
            TransportAddress local = isHairpin && !nat.Hairpins ? default : nat.In(packet.From, packet.To, Now);
            if (!local.IsNone) discovery.OnDatagram(local.Port - Local.Port, packet.Bytes, packet.From, Now);
        }
        else if (server.Answer(packet.Bytes, packet.From, packet.To) is { } answer)
        {
            Fly(answer.From, answer.To, answer.Answer);
        }
    }

    private void Fly(in TransportAddress from, in TransportAddress to, byte[] bytes)
    {
        if (_random.Next(1000) < loss * 1000) return;
        _flying.Enqueue((from, to, bytes), ((Now + Latency).Nanoseconds, _sent++));
    }
}
