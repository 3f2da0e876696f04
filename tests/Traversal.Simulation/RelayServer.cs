using Traversal.Primitives;
using Traversal.Turn.Server;

namespace Traversal.Simulation;

/// <summary>The TURN and STUN server of production on a host: its machine, and a driver that opens sockets at once.</summary>
public sealed class RelayServer : IMachine
{
    /// <summary>Who may use it, unless it is made with others.</summary>
    public const string User = "user", Password = "password";

    private const string Realm = "example.org";
    private const int MaxDatagram = 65_535;

    // What stands for public addresses in a simulated network: those that IANA keeps for documentation and benchmarks.
    private static readonly string[] Public = ["192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"];

    private readonly VirtualNetwork _network;
    private readonly Host _host;
    private readonly Dictionary<SocketId, TransportAddress> _sockets = [];
    private readonly Dictionary<SocketId, IRelayClient> _connections = [];
    private readonly byte[] _reply = new byte[MaxDatagram];
    private readonly byte[] _packet = new byte[RelayMachine.Headroom + MaxDatagram];
    private int _lastSocket;

    /// <summary>A server.</summary>
    /// <param name="network">The network.</param>
    /// <param name="host">The host, which has every address of <paramref name="listeners"/>; relayed addresses are on the one that the client reached.</param>
    /// <param name="listeners">Where it listens for UDP.</param>
    /// <param name="configure">Changes the options; unchanged, peers are what production lets them be, and the networks that stand for public ones here.</param>
    /// <param name="users">Who may use it; null for <see cref="User"/> with <see cref="Password"/>.</param>
    public RelayServer(
        VirtualNetwork network,
        Host host,
        IEnumerable<TransportAddress> listeners,
        Action<RelayOptions>? configure = null,
        IEnumerable<UserCredential>? users = null)
    {
        _network = network;
        _host = host;
        var options = new RelayOptions { Realm = Realm, PeerPolicy = PeerPolicy.Create(Public.Select(Allow)) };
        configure?.Invoke(options);
        Machine = new RelayMachine(options, CredentialSnapshot.Create(options.Realm, users ?? [new UserCredential(User, Password)]), network.Random);
        foreach (TransportAddress listener in listeners) Listen(listener);
        network.Add(this);
    }

    /// <summary>The machine.</summary>
    public RelayMachine Machine { get; }

    /// <summary>Whether nothing reaches it and nothing comes from it, as when it has crashed; its clock goes on.</summary>
    public bool IsDown { get; set; }

    /// <inheritdoc/>
    public MonotonicTime NextDeadline => Machine.NextDeadline;

    private Clock Now => new(_network.Now, _network.UtcNow);

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        Machine.OnTime(Now);
        DoCommands();
    }

    /// <summary>A client connects: a stream of whole messages, in order and without loss, which no NAT or firewall looks at.</summary>
    /// <param name="listener">One of the addresses of the host, with the port that the client connects to.</param>
    /// <param name="client">The client's end, as the server sees it.</param>
    /// <param name="latency">How long a message takes, each way.</param>
    /// <param name="receive">What happens to a message that comes.</param>
    public RelayConnection Connect(in TransportAddress listener, in TransportAddress client, TimeSpan latency, Action<byte[]> receive)
    {
        var id = new SocketId(++_lastSocket);
        var connection = new RelayConnection(_network, this, id, client, latency, receive);
        _connections[id] = connection;
        Machine.OnClientConnected(id, in listener, in client);
        return connection;
    }

    /// <summary>Listens for TCP too.</summary>
    /// <param name="listener">An address of the host, with a port.</param>
    public void ListenTcp(TransportAddress listener) => _host.Tcp.Listen(in listener, end =>
    {
        var client = new RelayStream(this, new SocketId(++_lastSocket), end);
        _connections[client.Id] = client;
        Machine.OnClientConnected(client.Id, in listener, client.Client);
    });

    internal void OnMessage(IRelayClient connection, byte[] message)
    {
        if (!IsDown) Do(Machine.OnClientDatagram(connection.Id, connection.Client, message, _reply, Now), message);
    }

    internal void OnClosed(IRelayClient connection)
    {
        if (!_connections.Remove(connection.Id)) return;

        Machine.OnClientGone(connection.Id, Now);
        DoCommands();
    }

    private void Listen(TransportAddress listener)
    {
        var id = new SocketId(++_lastSocket);
        _sockets[id] = listener;
        Machine.AddListener(id, in listener, ListenerKind.Datagram);
        _host.Open(in listener, packet => OnClientPacket(id, packet));
    }

    private void OnClientPacket(SocketId listener, Packet packet)
    {
        if (IsDown) return;

        byte[] bytes = [.. packet.Bytes];
        Do(Machine.OnClientDatagram(listener, packet.Source, bytes, _reply, Now), bytes);
    }

    private void OnPeerPacket(int allocation, Packet packet)
    {
        if (IsDown) return;

        packet.Bytes.CopyTo(_packet, RelayMachine.Headroom);
        Span<byte> withHeadroom = _packet.AsSpan(0, RelayMachine.Headroom + packet.Bytes.Length);
        Do(Machine.OnPeerDatagram(allocation, packet.Source, withHeadroom, Now), withHeadroom);
    }

    private void Do(in RelayVerdict verdict, ReadOnlySpan<byte> packet)
    {
        if (verdict.Action is RelayAction.Reply or RelayAction.LastReply) packet = _reply;
        if (verdict.Action != RelayAction.Drop) Send(in verdict, packet.Slice(verdict.Offset, verdict.Length));
        DoCommands();
    }

    private void Send(in RelayVerdict verdict, ReadOnlySpan<byte> bytes)
    {
        if (_connections.TryGetValue(verdict.Via, out IRelayClient? connection))
            connection.Deliver(bytes);
        else if (_sockets.TryGetValue(verdict.Via, out TransportAddress source))
            _host.Send(in source, verdict.Destination, bytes);
    }

    private void DoCommands()
    {
        while (Machine.TryTakeCommand(out RelayCommand command))
        {
            if (command.Kind == RelayCommandKind.OpenRelay)
                Open(in command);
            else if (command.Kind == RelayCommandKind.CloseRelay)
                Close(in command);
            else if (command.Kind == RelayCommandKind.CloseClient && _connections.TryGetValue(command.Client, out IRelayClient? connection))
                connection.Close();
        }
    }

    private void Open(in RelayCommand command)
    {
        var id = new SocketId(++_lastSocket);
        int allocation = command.Allocation;
        _sockets[id] = command.Address;
        _host.Open(command.Address, packet => OnPeerPacket(allocation, packet));
        Do(Machine.OnRelayOpened(allocation, id, _reply, Now), _reply);
    }

    private void Close(in RelayCommand command)
    {
        _sockets.Remove(command.Relay);
        _host.Close(command.Address);
        Machine.OnRelayClosed(command.Address);
    }

    private static PeerRule Allow(string network) =>
        PeerRule.TryParse(network, allow: true, out PeerRule? rule) ? rule! : throw new FormatException(network);
}
