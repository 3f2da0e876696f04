using Traversal.Primitives;
using Traversal.Simulation;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Two agents, each on a host that may be behind something, and a STUN server.</summary>
internal sealed class IceScene
{
    public static readonly TransportAddress Server = TransportAddress.Parse("192.88.0.1:3478");

    public IceScene(
        ulong seed = 1,
        double oneWay = 25,
        Func<VirtualNetwork, TransportAddress, Realm>? offererPlace = null,
        Func<VirtualNetwork, TransportAddress, Realm>? answererPlace = null,
        Action<IceAgentOptions>? configureOfferer = null,
        Action<IceAgentOptions>? configureAnswerer = null,
        double signaling = 100,
        Link? link = null)
    {
        Network = new VirtualNetwork(seed);
        Link half = (link ?? new Link()) with { Latency = TimeSpan.FromMilliseconds(oneWay / 2) };
        OffererHost = HostAt(offererPlace, TransportAddress.Parse("198.18.1.1:0"), "10.1.0.2:0", half, out OffererAddress);
        AnswererHost = HostAt(answererPlace, TransportAddress.Parse("198.18.2.1:0"), "10.2.0.2:0", half, out AnswererAddress);
        Offerer = new IcePeer(Network, OffererHost, IceRole.Controlling, 1, configureOfferer);
        Answerer = new IcePeer(Network, AnswererHost, IceRole.Controlled, 2, configureAnswerer);
        Signaling = new Signaling(Network, Offerer, Answerer, signaling);
        _ = new ReflectingServer(new Host(Network, Network.Internet, in Server), in Server);
    }

    public readonly TransportAddress OffererAddress;

    public readonly TransportAddress AnswererAddress;

    public VirtualNetwork Network { get; }

    public Host OffererHost { get; }

    public Host AnswererHost { get; }

    public IcePeer Offerer { get; }

    public IcePeer Answerer { get; }

    public Signaling Signaling { get; }

    public static StunMessage Parse(byte[] bytes)
    {
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage message));
        return message;
    }

    public static bool IsRequest(byte[] bytes) => Parse(bytes).Class == StunClass.Request;

    public static Func<VirtualNetwork, TransportAddress, Realm> Behind(NatBehavior behavior) => (network, address) => new Nat(network, in address, behavior).Inside;

    public static Func<VirtualNetwork, TransportAddress, Realm> BehindFirewall() => (network, _) => new Firewall(network).Inside;

    /// <summary>Host candidates on both sides, and what the server sees where that is another address.</summary>
    public IceScene Gather(bool reflexive = false)
    {
        TransportAddress offerer = Offerer.AddHost(OffererAddress.WithPort(5000).ToString()), answerer = Answerer.AddHost(AnswererAddress.WithPort(6000).ToString());
        if (reflexive)
        {
            Offerer.AskServer(in offerer, in Server);
            Answerer.AskServer(in answerer, in Server);
            Network.Run(TimeSpan.FromSeconds(1));
        }

        return this;
    }

    public MonotonicTime Connect(double seconds = 60)
    {
        MonotonicTime start = Signaling.Offer();
        Network.RunUntil(() => Offerer.IsSettled && Answerer.IsSettled, TimeSpan.FromSeconds(seconds));
        return start;
    }

    /// <summary>Both have a path, and data goes along it both ways.</summary>
    public void AssertConnected(string? because = null)
    {
        Assert.True(Offerer.Agent.State is IceAgentState.Connected or IceAgentState.Completed, $"{because}: {Offerer.Agent.State} {Offerer.Agent.Failure}");
        Assert.True(Answerer.Agent.State is IceAgentState.Connected or IceAgentState.Completed, $"{because}: {Answerer.Agent.State} {Answerer.Agent.Failure}");
        int atOfferer = Offerer.Data.Count, atAnswerer = Answerer.Data.Count;
        for (int i = 0; i < 10 && (Offerer.Data.Count == atOfferer || Answerer.Data.Count == atAnswerer); i++)
        {
            Assert.True(Offerer.Send(0x80, 1), because);
            Assert.True(Answerer.Send(0x80, 2), because);
            Network.Run(TimeSpan.FromMilliseconds(300));
        }

        Assert.True(Offerer.Data.Count > atOfferer && Answerer.Data.Count > atAnswerer, $"{because}: no data comes through");
    }

    private Host HostAt(Func<VirtualNetwork, TransportAddress, Realm>? place, TransportAddress outside, string inside, Link link, out TransportAddress address)
    {
        Realm realm = place?.Invoke(Network, outside) ?? Network.Internet;
        address = realm == Network.Internet || realm.IsPublic ? outside : TransportAddress.Parse(inside);
        return new Host(Network, realm, in address, link);
    }
}
