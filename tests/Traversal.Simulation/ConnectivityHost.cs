using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>A host with the connectivity machine of production, and a driver that opens sockets and links at once and signals with a delay.</summary>
public sealed class ConnectivityHost : IMachine
{
    private readonly VirtualNetwork _network;
    private readonly byte[] _transmit = new byte[ConnectivityMachine.MaxTransmitLength];
    private readonly Dictionary<int, RelayConnection> _links = [];
    private ConnectivityHost? _other;
    private TimeSpan _signaling;
    private string? _signalledUfrag;

    /// <summary>A host.</summary>
    /// <param name="network">The network.</param>
    /// <param name="host">The host, with the addresses that it has.</param>
    /// <param name="options">What the machine is to be like.</param>
    /// <param name="random">The luck of the machine; null for that of the network.</param>
    /// <param name="pacer">The bucket that it shares with others; null for one of its own.</param>
    public ConnectivityHost(VirtualNetwork network, Host host, ConnectivityOptions options, RandomSource? random = null, CheckPacer? pacer = null)
    {
        _network = network;
        Host = host;
        Machine = new ConnectivityMachine(options, pacer ?? new CheckPacer(), random ?? network.Random);
        network.Add(this);
    }

    /// <summary>The host.</summary>
    public Host Host { get; }

    /// <summary>The machine; to be changed through <see cref="Do"/>.</summary>
    public ConnectivityMachine Machine { get; }

    /// <inheritdoc/>
    public MonotonicTime NextDeadline => Machine.NextDeadline;

    /// <summary>What has happened.</summary>
    public IList<ConnectivityEvent> Events { get; } = [];

    /// <summary>The data that has come, with when.</summary>
    public IList<(MonotonicTime At, byte[] Bytes)> Data { get; } = [];

    /// <summary>When there was a way for data first; null before.</summary>
    public MonotonicTime? RouteAt { get; private set; }

    /// <summary>Changes what is signalled to the other side; null keeps it from that.</summary>
    public Func<IceCandidate, IceCandidate?> Filter { get; set; } = candidate => candidate;

    /// <summary>Candidates that are signalled in front of those that there are.</summary>
    public IList<IceCandidate> Forged { get; } = [];

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now) => Do(machine => machine.OnTime(now));

    /// <summary>Calls the machine, and does what it wants then.</summary>
    public void Do(Action<ConnectivityMachine> act)
    {
        act(Machine);
        Flush();
    }

    /// <summary>Opens a socket on an address of the host, with a port, and makes it a base.</summary>
    public void Open(TransportAddress local)
    {
        Host.Open(in local, packet => OnPacket(packet));
        Do(machine => machine.AddBase(in local, _network.Now));
    }

    /// <summary>Closes a socket.</summary>
    public void Close(TransportAddress local)
    {
        Host.Close(in local);
        Do(machine => machine.RemoveBase(in local, _network.Now));
    }

    /// <summary>Connects to a TURN server by a stream.</summary>
    /// <param name="link">The number of the link.</param>
    /// <param name="server">The server.</param>
    /// <param name="source">Its address, and who the client is.</param>
    /// <param name="client">The client's end, as the server sees it.</param>
    /// <param name="latency">How long a message takes, each way; connecting takes twice as long.</param>
    public void Connect(int link, RelayServer server, TurnSource source, TransportAddress client, TimeSpan latency)
    {
        Do(machine => machine.AddLink(link, source, _network.Now));
        _network.Schedule(latency * 2, () =>
        {
            _links[link] = server.Connect(source.Address, in client, latency, message => OnLinkMessage(link, message));
            Do(machine => machine.OnLinkOpened(link, _network.Now));
        });
    }

    /// <summary>A connection breaks.</summary>
    public void Disconnect(int link)
    {
        if (_links.Remove(link, out RelayConnection? connection)) connection.Close();
        Do(machine => machine.OnLinkClosed(link, _network.Now));
    }

    /// <summary>Tells another host what there is and what comes; from when it hears of it, that one answers likewise.</summary>
    /// <param name="other">The other host.</param>
    /// <param name="delay">How long a signal takes, each way.</param>
    public void Offer(ConnectivityHost other, TimeSpan delay)
    {
        (_other, _signaling) = (other, delay);
        SignalAll();
    }

    /// <summary>Sends data along the path, if there is one.</summary>
    public bool Send(ReadOnlySpan<byte> data)
    {
        byte[] packet = [.. new byte[ConnectivityMachine.Headroom], .. data, .. new byte[ConnectivityMachine.Tailroom]];
        bool isSent = Machine.TryWrap(packet, data.Length, _network.Now, out ConnectivityTransmit transmit);
        if (isSent) Transmit(in transmit, packet);
        Flush();
        return isSent;
    }

    private void OnPacket(Packet packet)
    {
        ConnectivityArrival arrival = Machine.OnPacket(packet.Destination, packet.Source, packet.Bytes, _network.Now);
        Keep(in arrival, packet.Bytes);
    }

    private void OnLinkMessage(int link, byte[] message)
    {
        ConnectivityArrival arrival = Machine.OnLinkMessage(link, message, _network.Now);
        Keep(in arrival, message);
    }

    private void Keep(in ConnectivityArrival arrival, byte[] bytes)
    {
        if (arrival.Kind == ConnectivityArrivalKind.Data) Data.Add((_network.Now, bytes.AsSpan(arrival.Offset, arrival.Length).ToArray()));
        Flush();
    }

    private void Flush()
    {
        while (Machine.TryTakeTransmit(_transmit, _network.Now, out ConnectivityTransmit transmit)) Transmit(in transmit, _transmit);
        while (Machine.TryTakeEvent(out ConnectivityEvent? happened))
        {
            Events.Add(happened);
            if (_other is not null && _signalledUfrag == Machine.Agent.LocalParameters.Ufrag) Signal(happened);
        }

        if (Machine.Agent.Route is not null) RouteAt ??= _network.Now;
        if (_signalledUfrag is not null && _signalledUfrag != Machine.Agent.LocalParameters.Ufrag) SignalAll();
    }

    private void Transmit(in ConnectivityTransmit transmit, byte[] buffer)
    {
        ReadOnlySpan<byte> bytes = buffer.AsSpan(transmit.Offset, transmit.Length);
        if (transmit.Link == ConnectivityMachine.NoLink)
            Host.Send(transmit.Local, transmit.Remote, bytes);
        else if (_links.TryGetValue(transmit.Link, out RelayConnection? connection))
            connection.Send(bytes);
    }

    private void SignalAll()
    {
        IceParameters parameters = Machine.Agent.LocalParameters;
        _signalledUfrag = parameters.Ufrag;
        string[] candidates = [.. Forged.Concat(Machine.LocalCandidates).Select(TextOf).OfType<string>()];
        bool isAll = Machine.HasFinishedGathering;
        Tell(other => other.Do(machine =>
        {
            machine.SetRemoteParameters(parameters, _network.Now);
            foreach (string candidate in candidates) machine.AddRemoteCandidate(Read(candidate), _network.Now);
            if (isAll) machine.EndRemoteCandidates(_network.Now);
        }));
        if (_other!._other is null) Tell(other => other.Offer(this, _signaling));
    }

    private void Signal(ConnectivityEvent happened)
    {
        if (happened.Kind == ConnectivityEventKind.CandidateGathered)
            Signal(TextOf(happened.Candidate!));
        else if (happened.Kind == ConnectivityEventKind.GatheringFinished)
            SignalEnd();
    }

    private void Signal(string? candidate)
    {
        if (candidate is not null) Tell(other => other.Do(machine => machine.AddRemoteCandidate(Read(candidate), _network.Now)));
    }

    // What is signalled is text, and says of which credentials it is.
    private string? TextOf(IceCandidate candidate)
    {
        if (Filter(candidate) is not { } told) return null;
        return told.TryGetExtension("ufrag", out _) ? told.ToString() : $"{told} ufrag {_signalledUfrag}";
    }

    private static IceCandidate Read(string candidate) => IceCandidate.TryParse(candidate, out IceCandidate? read) ? read! : throw new FormatException(candidate);

    private void SignalEnd() => Tell(other => other.Do(machine => machine.EndRemoteCandidates(_network.Now)));

    private void Tell(Action<ConnectivityHost> act) => _network.Schedule(_signaling, () => act(_other!));
}
