using System.Buffers;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>An allocation of the client machine on the real server machine, with a path between them that loses, doubles and reorders, in virtual time.</summary>
internal sealed class ClientHost
{
    private readonly PriorityQueue<(bool ToServer, byte[] Bytes), (long At, int Order)> _packets = new();
    private readonly RandomSource _luck;
    private readonly byte[] _transmit = new byte[TurnAllocation.MaxTransmitLength];
    private int _order;

    public ClientHost(
        TestRelay? relay = null,
        Action<TurnAllocationOptions>? configure = null,
        TurnServerMemory? memory = null,
        TurnCredential? credential = null,
        NetworkPath? path = null,
        ulong seed = 7,
        string address = "198.1.0.7:40000",
        SocketId? via = null)
    {
        Relay = relay ?? new TestRelay();
        Memory = memory ?? new TurnServerMemory();
        Path = path ?? new NetworkPath();
        Address = TransportAddress.Parse(address);
        Via = via ?? (Address.IsIPv4 ? TestRelay.Udp : TestRelay.UdpIPv6);
        _luck = RandomSource.Seeded(seed);
        Options.Server = Address.IsIPv4 ? TestRelay.Listener : TestRelay.ListenerIPv6;
        configure?.Invoke(Options);
        if (Options.IsStream) Relay.Machine.OnClientConnected(Via, TestRelay.Listener, Address);
        Allocation = new TurnAllocation(Options, Memory, credential ?? Credential(), RandomSource.Seeded(seed + 1), Now);
        Flush();
    }

    public TestRelay Relay { get; }

    public TurnAllocation Allocation { get; }

    public TurnAllocationOptions Options { get; } = new();

    public TurnServerMemory Memory { get; }

    public TransportAddress Address { get; set; }

    public SocketId Via { get; set; }

    public NetworkPath Path { get; set; }

    /// <summary>Whether the server is reached at all.</summary>
    public bool IsServerDead { get; set; }

    /// <summary>Answers in the place of the server.</summary>
    public Func<byte[], byte[]?>? Script { get; set; }

    /// <summary>Changes what the server sends on its way; null loses it.</summary>
    public Func<byte[], byte[]?> Tamper { get; set; } = bytes => bytes;

    public MonotonicTime Now => Relay.Clock.Now;

    /// <summary>Every message that the client has sent.</summary>
    public List<byte[]> Sent { get; } = [];

    public List<TurnEvent> Events { get; } = [];

    /// <summary>What has reached peers.</summary>
    public List<(TransportAddress Peer, byte[] Data)> AtPeers { get; } = [];

    /// <summary>What has come from peers.</summary>
    public List<(TransportAddress Peer, byte[] Data)> FromPeers { get; } = [];

    public List<TurnArrival> Arrivals { get; } = [];

    public static TurnCredential Credential(string user = "user", string password = "pass", MonotonicTime? expiresAt = null) =>
        TurnCredential.FromPassword(user, password, expiresAt);

    public static TransportAddress Peer(string text) => TransportAddress.Parse(text);

    public int CountSent(StunMethod method) => Sent.Count(bytes => bytes[0] < 0x40 && Parse(bytes).Method == method && Parse(bytes).Class == StunClass.Request);

    public bool Has(TurnEventKind kind) => Events.Exists(happened => happened.Kind == kind);

    public static StunMessage Parse(byte[] bytes)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage message));
        return message;
    }

    /// <summary>Lets things happen until the allocation is there or over.</summary>
    public ClientHost Settle(double seconds = 300)
    {
        RunUntil(() => Allocation.State != TurnAllocationState.Allocating, seconds);
        return this;
    }

    public void Run(double seconds) => RunUntil(() => false, seconds);

    public void RunUntil(Func<bool> isDone, double seconds)
    {
        MonotonicTime end = Now + TimeSpan.FromSeconds(seconds);
        int steps = 0;
        while (!isDone())
        {
            Assert.True(++steps < 1_000_000, "The machine wants attention all the time.");
            MonotonicTime packet = _packets.TryPeek(out _, out (long At, int Order) next) ? new MonotonicTime(next.At) : MonotonicTime.Never;
            MonotonicTime time = MonotonicTime.Min(packet, Allocation.NextDeadline);
            if (time > end)
            {
                Relay.Advance(end - Now);
                return;
            }

            if (time > Now) Relay.Advance(time - Now);
            if (packet <= Now)
                Deliver(_packets.Dequeue());
            else
                Do(allocation => allocation.OnTime(Now));
        }
    }

    public void Do(Action<TurnAllocation> act)
    {
        act(Allocation);
        Flush();
    }

    public TurnWrapStatus Send(string peer, byte[] data, bool dontFragment = false)
    {
        byte[] packet = [.. new byte[TurnAllocation.Headroom], .. data, 0xEE, 0xEE, 0xEE];
        TurnWrapStatus status = Allocation.TryWrap(Peer(peer), packet, data.Length, Now, out int offset, out int length, dontFragment);
        if (status == TurnWrapStatus.Ready) Transmit(packet.AsSpan(offset, length).ToArray());
        Flush();
        return status;
    }

    /// <summary>Data arrives from a peer at the relayed address.</summary>
    public void Receive(string peer, byte[] data)
    {
        Sent sent = Relay.FromPeer(Relay.RelayAt(Allocation.RelayedAddress), Peer(peer), data);
        if (!sent.IsNothing) Travel(false, sent.Bytes);
    }

    /// <summary>Something reaches the client as if the server had sent it.</summary>
    public TurnArrival Forge(byte[] bytes)
    {
        TurnArrival arrival = Allocation.OnMessage(bytes, Now);
        Flush();
        return arrival;
    }

    public void Flush()
    {
        while (Allocation.TryTakeTransmit(_transmit, Now, out int length)) Transmit(_transmit.AsSpan(0, length).ToArray());
        while (Allocation.TryTakeEvent(out TurnEvent happened)) Events.Add(happened);
    }

    private void Transmit(byte[] bytes)
    {
        Sent.Add(bytes);
        Travel(true, bytes);
    }

    private void Travel(bool toServer, byte[] bytes)
    {
        int copies = Happens(Path.Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            if (Happens(Path.Loss)) continue;
            MonotonicTime at = Now + Path.Latency + Path.Jitter * (_luck.Next(1000) / 1000.0);
            _packets.Enqueue((toServer, bytes), (at.Nanoseconds, _order++));
        }
    }

    // What comes on a stream is handed in without its padding.
    private byte[] Frame(byte[] bytes)
    {
        if (!Options.IsStream) return bytes;

        Assert.Equal(OperationStatus.Done, TurnFrame.TryRead(bytes, out int length, out int consumed));
        Assert.Equal(bytes.Length, consumed);
        return bytes[..length];
    }

    private bool Happens(double probability) => probability > 0 && _luck.Next(1_000_000) < probability * 1_000_000;

    private void Deliver((bool ToServer, byte[] Bytes) packet)
    {
        if (packet.ToServer)
        {
            if (IsServerDead) return;
            if (Script is not null)
            {
                if (Script(packet.Bytes) is { } answer) Travel(false, answer);
                return;
            }

            Sent sent = Relay.FromClient(Via, Address, Frame(packet.Bytes));
            if (sent.Action is RelayAction.Reply or RelayAction.LastReply)
                Travel(false, sent.Bytes);
            else if (sent.Action is RelayAction.Forward or RelayAction.ForwardUnfragmented)
                AtPeers.Add((sent.Destination, sent.Bytes));
            return;
        }

        if (Tamper(Frame(packet.Bytes)) is not { } bytes) return;

        TurnArrival arrival = Allocation.OnMessage(bytes, Now);
        Arrivals.Add(arrival);
        if (arrival.Kind == TurnArrivalKind.Data) FromPeers.Add((arrival.Peer, bytes.AsSpan(arrival.Offset, arrival.Length).ToArray()));
        Flush();
    }
}
