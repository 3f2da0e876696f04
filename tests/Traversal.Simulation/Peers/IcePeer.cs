using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Simulation;

/// <summary>An agent on a host of the virtual network, with what gathers for it and what signals for it.</summary>
public sealed class IcePeer : IMachine
{
    private readonly VirtualNetwork _network;
    private readonly Host _host;
    private readonly byte[] _transmit = new byte[IceAgent.MaxTransmitLength];
    private readonly Dictionary<TransactionId, (TransportAddress Base, TransportAddress Server)> _gathering = [];
    private readonly Dictionary<TransportAddress, (Host Host, TimeSpan Latency)> _relays = [];
    private readonly RandomSource _random;

    /// <summary>A peer with no candidates.</summary>
    /// <param name="network">The network.</param>
    /// <param name="host">Its machine.</param>
    /// <param name="role">Its role to begin with.</param>
    /// <param name="number">Tells its luck from that of others.</param>
    /// <param name="configure">Changes the options of the agent.</param>
    /// <param name="pacer">The bucket that it shares; null for one of its own.</param>
    public IcePeer(VirtualNetwork network, Host host, IceRole role, ulong number, Action<IceAgentOptions>? configure = null, CheckPacer? pacer = null)
    {
        _network = network;
        _host = host;
        _random = RandomSource.Seeded(network.Seed * 16 + number);
        Options.Role = role;
        configure?.Invoke(Options);
        Agent = new IceAgent(Options, pacer ?? new CheckPacer(), _random);
        network.Add(this);
    }

    /// <summary>What the agent is like.</summary>
    public IceAgentOptions Options { get; } = new();

    /// <summary>The agent.</summary>
    public IceAgent Agent { get; }

    /// <summary>The present.</summary>
    public MonotonicTime Now => _network.Now;

    /// <inheritdoc/>
    public MonotonicTime NextDeadline => Agent.NextDeadline;

    /// <summary>What has happened to the agent.</summary>
    public IList<(MonotonicTime At, IceEvent Event)> Events { get; } = new List<(MonotonicTime, IceEvent)>();

    /// <summary>The data that came.</summary>
    public IList<(MonotonicTime At, byte[] Bytes)> Data { get; } = new List<(MonotonicTime, byte[])>();

    /// <summary>When there was a way for data first.</summary>
    public MonotonicTime? RouteAt { get; private set; }

    /// <summary>Every message that was sent, with when and where.</summary>
    public IList<(MonotonicTime At, IceTransmit Transmit, byte[] Bytes)> Sent { get; } = new List<(MonotonicTime, IceTransmit, byte[])>();

    /// <summary>What becomes of each candidate that is found; set by who signals.</summary>
    public Action<IceCandidate>? OnCandidate { get; set; }

    /// <summary>Changes what is sent on its way; null loses it.</summary>
    public Func<IceTransmit, byte[], byte[]?> Tamper { get; set; } = (_, bytes) => bytes;

    /// <summary>Sees every message that is sent, and where to.</summary>
    public Action<TransportAddress, byte[]>? OnSent { get; set; }

    /// <summary>Sees every packet that comes for the agent, and where from.</summary>
    public Action<TransportAddress, byte[]>? OnReceived { get; set; }

    /// <summary>Whether nothing more will become of it.</summary>
    public bool IsSettled => Agent.State is IceAgentState.Completed or IceAgentState.Failed;

    /// <summary>How long after <paramref name="start"/> there was a way for data, in milliseconds.</summary>
    public double RouteAfter(MonotonicTime start) => (RouteAt!.Value - start).TotalMilliseconds;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The agent wants attention all the time.</exception>
    public void OnTime(MonotonicTime now)
    {
        Do(agent => agent.OnTime(now));
        if (Agent.NextDeadline <= now) throw new InvalidOperationException($"Seed {_network.Seed}: it has nothing to send and wants to be called at once.");
    }

    /// <summary>Does something with the agent, and sends what comes of it.</summary>
    public void Do(Action<IceAgent> act)
    {
        act(Agent);
        Flush();
    }

    /// <summary>Opens a socket and makes it a host candidate.</summary>
    public TransportAddress AddHost(string address, bool signals = true)
    {
        TransportAddress local = TransportAddress.Parse(address);
        _host.Open(in local, OnPacket);
        IceCandidate? candidate = Agent.AddLocalCandidate(IceLocalCandidate.Host(in local), _network.Now);
        if (candidate is not null && signals) OnCandidate?.Invoke(candidate);
        Flush();
        return local;
    }

    /// <summary>Asks a STUN server from the socket of a host candidate; what it answers becomes a candidate.</summary>
    public void AskServer(in TransportAddress local, in TransportAddress server)
    {
        TransactionId id = TransactionId.Create(_random);
        _gathering[id] = (local, server);
        byte[] request = new byte[StunMessage.HeaderLength];
        new StunMessageWriter(request, StunClass.Request, StunMethod.Binding, in id).Finish();
        _host.Send(in local, in server, request);
    }

    /// <summary>
    /// A relayed address: a host of its own, which the agent sends from and receives at as it would through a TURN client, however the server is reached.
    /// </summary>
    public void AddRelay(TransportAddress address, Link link)
    {
        var relay = new Host(_network, _network.Internet, in address, link);
        relay.Open(in address, packet => _network.Schedule(link.Latency, () => OnPacket(packet)));
        _relays[address] = (relay, link.Latency);
        Add(IceLocalCandidate.Relayed(in address, default));
    }

    /// <summary>Gives it a candidate, and signals it.</summary>
    public void Add(IceLocalCandidate candidate)
    {
        if (Agent.AddLocalCandidate(in candidate, _network.Now) is { } signalled) OnCandidate?.Invoke(signalled);
        Flush();
    }

    /// <summary>Takes what the other side has signalled.</summary>
    public void Take(IceParameters? parameters, IEnumerable<IceCandidate> candidates, bool isAll)
    {
        if (parameters is not null) Agent.SetRemoteParameters(parameters, _network.Now);
        foreach (IceCandidate candidate in candidates) Agent.AddRemoteCandidate(Reread(candidate), _network.Now);
        if (isAll) Agent.EndRemoteCandidates(_network.Now);
        Flush();
    }

    /// <summary>Sends data, if there is a way.</summary>
    public bool Send(params byte[] data)
    {
        if (!Agent.TryRoute(data.Length, out IceRoute route)) return false;
        Send(route.Local, route.Remote, data);
        return true;
    }

    /// <summary>Something arrives as if it had come over the network.</summary>
    public IceArrival Forge(in TransportAddress local, in TransportAddress source, byte[] bytes)
    {
        IceArrival arrival = Agent.OnPacket(in local, in source, bytes, _network.Now);
        Flush();
        return arrival;
    }

    /// <summary>Sends what there is, and takes what has happened.</summary>
    public void Flush()
    {
        MonotonicTime now = _network.Now;
        while (Agent.TryTakeTransmit(_transmit, now, out IceTransmit transmit))
        {
            byte[] bytes = _transmit.AsSpan(0, transmit.Length).ToArray();
            Sent.Add((now, transmit, bytes));
            OnSent?.Invoke(transmit.Remote, bytes);
            if (Tamper(transmit, bytes) is { } sent) Send(transmit.Local, transmit.Remote, sent);
        }

        while (Agent.TryTakeEvent(out IceEvent happened)) Events.Add((now, happened));
        if (Agent.Route is not null) RouteAt ??= now;
    }

    private void Send(TransportAddress local, TransportAddress remote, byte[] bytes)
    {
        if (_relays.TryGetValue(local, out (Host Host, TimeSpan Latency) relay))
            _network.Schedule(relay.Latency, () => relay.Host.Send(in local, in remote, bytes));
        else
            _host.Send(in local, in remote, bytes);
    }

    // What is signalled is text.
    private static IceCandidate Reread(IceCandidate candidate) =>
        IceCandidate.TryParse(candidate.ToString(), out IceCandidate? again) ? again! : throw new FormatException(candidate.ToString());

    private void OnPacket(Packet packet)
    {
        if (StunMessage.TryParse(packet.Bytes, out StunMessage message) == StunParseStatus.Ok && _gathering.Remove(message.TransactionId, out (TransportAddress Base, TransportAddress Server) asked))
        {
            message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped);
            Add(IceLocalCandidate.ServerReflexive(in mapped, asked.Base, asked.Server));
            return;
        }

        OnReceived?.Invoke(packet.Source, packet.Bytes);
        if (Agent.OnPacket(packet.Destination, packet.Source, packet.Bytes, _network.Now) == IceArrival.Data) Data.Add((_network.Now, packet.Bytes));
        Flush();
    }
}
