using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>A relay machine with a driver that opens sockets at once, in virtual time.</summary>
internal sealed class TestRelay
{
    public const string Realm = "example.org";

    public static readonly SocketId Udp = new(1);
    public static readonly SocketId UdpIPv6 = new(2);
    public static readonly TransportAddress Listener = TransportAddress.Parse("198.0.2.1:3478");
    public static readonly TransportAddress ListenerIPv6 = TransportAddress.Parse("[2a00::1]:3478");

    private readonly byte[] _reply = new byte[70_000];
    private readonly Dictionary<SocketId, (int Handle, TransportAddress Local)> _relays = [];
    private readonly Dictionary<int, TransportAddress> _listening = [];
    private readonly HashSet<uint> _connecting = [];
    private int _lastSocket = 1000;

    public TestRelay(Action<RelayOptions>? configure = null, CredentialSnapshot? credentials = null, RelayGroup? group = null, int shard = 0)
    {
        var options = new RelayOptions { Realm = Realm };
        configure?.Invoke(options);
        Group = group ?? new RelayGroup(options, RandomSource.Seeded(1));
        Machine = new RelayMachine(Group, shard, credentials ?? Credentials(), RandomSource.Seeded(2));
        Machine.AddListener(Udp, Listener, ListenerKind.Datagram);
        Machine.AddListener(UdpIPv6, ListenerIPv6, ListenerKind.Datagram);
    }

    public RelayGroup Group { get; }

    public RelayMachine Machine { get; }

    public Clock Clock { get; private set; } = new(new MonotonicTime(1_000_000_000_000), DateTimeOffset.FromUnixTimeSeconds(1_750_000_000));

    /// <summary>What the machine asked for, in order.</summary>
    public List<RelayCommand> Commands { get; } = [];

    /// <summary>Says whether opening a socket fails.</summary>
    public Func<TransportAddress, RelayOpenFailure?> OpenFailure { get; set; } = _ => null;

    /// <summary>Whether commands to open wait for <see cref="OpenNext"/>.</summary>
    public bool HoldsCommands { get; set; }

    public int OpenSockets => _relays.Count;

    /// <summary>What was handed over last.</summary>
    public HandOver HandOver { get; private set; }
    /// <summary>How many TCP allocations listen.</summary>
    public int Listening => _listening.Count;

    /// <summary>The last command of a kind.</summary>
    public RelayCommand Last(RelayCommandKind kind) => Commands.Last(command => command.Kind == kind);

    public static CredentialSnapshot Credentials(params (string Name, string Password)[] more) => CredentialSnapshot.Create(
        Realm, [new UserCredential("user", "pass"), .. more.Select(user => new UserCredential(user.Name, user.Password))]);

    public Sent FromClient(SocketId via, TransportAddress client, byte[] datagram)
    {
        byte[] copy = [.. datagram];
        if (via == Udp || via == UdpIPv6)
        {
            ReadOnlySpan<Datagram> forwarded = ForwardData([new Datagram(via, 0, copy.Length, client)], copy);
            if (!forwarded.IsEmpty) return Sent.From(in forwarded[0], copy);
        }

        RelayVerdict verdict = Machine.OnClientDatagram(via, in client, copy, _reply, Clock);
        HandOver = Machine.HandOver;
        Sent sent = Sent.From(in verdict, copy, _reply);
        return Drain() is { Action: not RelayAction.Drop } late ? late : sent;
    }

    /// <summary>Hands in a batch as a driver does. Returns what is to be sent of those from the first on that are data and nothing else.</summary>
    public ReadOnlySpan<Datagram> ForwardData(ReadOnlySpan<Datagram> batch, byte[] slab)
    {
        int[] hints = new int[batch.Length];
        var outgoing = new Datagram[batch.Length];
        Machine.Anticipate(batch, new int[batch.Length], hints);
        return outgoing.AsSpan(0, Machine.ForwardData(batch, hints, slab, Clock, outgoing));
    }

    public Sent FromProxy(TransportAddress proxy, string client, byte[] datagram)
    {
        byte[] copy = [.. datagram];
        RelayVerdict verdict = Machine.OnProxiedDatagram(Udp, in proxy, TransportAddress.Parse(client), copy, _reply, Clock);
        HandOver = Machine.HandOver;
        Sent sent = Sent.From(in verdict, copy, _reply);
        return Drain() is { Action: not RelayAction.Drop } late ? late : sent;
    }

    public Sent FromPeer(SocketId relay, TransportAddress peer, byte[] data)
    {
        byte[] packet = [.. Enumerable.Repeat((byte)0xEE, RelayMachine.Headroom), .. data];
        RelayVerdict verdict = Machine.OnPeerDatagram(_relays[relay].Handle, in peer, packet, Clock);
        return Sent.From(in verdict, packet, _reply);
    }

    /// <summary>Takes what another machine of the group handed over last.</summary>
    public Sent FromShard(TestRelay other, Sent handedOver)
    {
        Assert.Equal(RelayAction.HandOver, handedOver.Action);
        return FromShard(other.HandOver, handedOver.Bytes);
    }

    public Sent FromShard(HandOver handOver, byte[] bytes)
    {
        byte[] packet = [.. Enumerable.Repeat((byte)0xEE, RelayMachine.Headroom), .. bytes];
        RelayVerdict verdict = Machine.OnHandedOver(in handOver, packet, _reply, Clock);
        HandOver = Machine.HandOver;
        Sent sent = Sent.From(in verdict, packet, _reply);
        return Drain() is { Action: not RelayAction.Drop } late ? late : sent;
    }

    public Sent FromPath(SocketId relay, TransportAddress peer, IcmpError error)
    {
        RelayVerdict verdict = Machine.OnPeerError(_relays[relay].Handle, in peer, error, _reply, Clock);
        return Sent.From(in verdict, [], _reply);
    }

    public Sent PeerConnected(uint connection)
    {
        _connecting.Remove(connection);
        RelayVerdict verdict = Machine.OnPeerConnected(connection, _reply, Clock);
        return Sent.From(in verdict, [], _reply);
    }

    public Sent PeerConnectFailed(uint connection)
    {
        _connecting.Remove(connection);
        RelayVerdict verdict = Machine.OnPeerConnectFailed(connection, _reply, Clock);
        return Sent.From(in verdict, [], _reply);
    }

    /// <summary>A peer connects to a TCP allocation.</summary>
    /// <returns>The CONNECTION-ID, 0 where the machine wants it closed, and what goes to the client.</returns>
    public (uint Connection, Sent Indication) PeerArrives(TransportAddress relayed, string peer)
    {
        int handle = _listening.Single(listener => listener.Value == relayed).Key;
        uint connection = Machine.OnPeerArrived(handle, TransportAddress.Parse(peer), _reply, Clock, out RelayVerdict verdict);
        return (connection, Sent.From(in verdict, [], _reply));
    }

    /// <summary>The socket that is open at a local address.</summary>
    public SocketId RelayAt(TransportAddress local) => _relays.Single(relay => relay.Value.Local == local).Key;

    public bool IsOpen(TransportAddress local) => _relays.Values.Any(relay => relay.Local == local);

    public int HandleOf(SocketId relay) => _relays[relay].Handle;

    /// <summary>The same as a driver asks it of every socket: <see cref="RelayMachine.NoAllocation"/> for a listener, and for what was closed meanwhile.</summary>
    public int OwnerOf(SocketId socket) => _relays.TryGetValue(socket, out (int Handle, TransportAddress Local) relay) ? relay.Handle : RelayMachine.NoAllocation;

    public void Advance(TimeSpan span)
    {
        MonotonicTime end = Clock.Now + span;
        while (Machine.NextDeadline <= end)
        {
            MoveTo(Machine.NextDeadline);
            Machine.OnTime(Clock);
            Drain();
        }

        MoveTo(end);
        Machine.OnTime(Clock);
        Drain();
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass without telling the machine, as a driver that is late does.</summary>
    public void AdvanceSilently(TimeSpan span) => MoveTo(Clock.Now + span);

    /// <summary>Sets the wall clock, as an operator or a time server does.</summary>
    public void SetWallClock(TimeSpan ahead) => Clock = new Clock(Clock.Now, Clock.Utc + ahead);

    public Sent OpenNext()
    {
        HoldsCommands = false;
        return Drain();
    }

    public Sent Drain()
    {
        Sent last = Sent.Nothing;
        while (!HoldsCommands && Machine.TryTakeCommand(out RelayCommand command))
        {
            Commands.Add(command);
            switch (command.Kind)
            {
                case RelayCommandKind.CloseRelay:
                    Assert.True(_relays.Remove(command.Relay));
                    Machine.OnRelayClosed(command.Address);
                    break;
                case RelayCommandKind.OpenRelay or RelayCommandKind.Listen:
                    last = Open(in command);
                    break;
                case RelayCommandKind.StopListening:
                    Assert.True(_listening.Remove(command.Allocation));
                    Machine.OnRelayClosed(command.Address);
                    break;
                case RelayCommandKind.CloseConnection when _connecting.Remove(command.Connection):
                    last = PeerConnectFailed(command.Connection);
                    break;
                case RelayCommandKind.Connect:
                    _connecting.Add(command.Connection);
                    break;
            }
        }

        return last;
    }

    private Sent Open(in RelayCommand command)
    {
        RelayVerdict verdict;
        if (OpenFailure(command.Address) is { } failure)
        {
            verdict = Machine.OnRelayFailed(command.Allocation, failure, _reply, Clock);
        }
        else
        {
            bool listens = command.Kind == RelayCommandKind.Listen;
            SocketId socket = listens ? SocketId.None : new SocketId(++_lastSocket);
            Assert.DoesNotContain(command.Address, _relays.Values.Select(relay => relay.Local).Concat(_listening.Values));
            if (listens)
                _listening.Add(command.Allocation, command.Address);
            else
                _relays.Add(socket, (command.Allocation, command.Address));
            verdict = Machine.OnRelayOpened(command.Allocation, socket, _reply, Clock);
        }

        return Sent.From(in verdict, [], _reply);
    }

    private void MoveTo(MonotonicTime time)
    {
        if (time > Clock.Now) Clock = new Clock(time, Clock.Utc + (time - Clock.Now));
    }
}
