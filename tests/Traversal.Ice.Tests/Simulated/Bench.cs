using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>One agent with one host candidate and one signalled peer, without a network: the test plays the peer.</summary>
internal sealed class Bench
{
    public static readonly TransportAddress Local = TransportAddress.Parse("192.0.2.1:5000"), Remote = TransportAddress.Parse("198.51.100.2:6000");

    public static readonly IceParameters Peer = new() { Ufrag = "peer", Password = "peerpeerpeerpeerpeerpe" };

    private readonly byte[] _transmit = new byte[IceAgent.MaxTransmitLength];

    public Bench(IceRole role = IceRole.Controlled, Action<IceAgentOptions>? configure = null, IceParameters? peer = null, bool isSignalled = true, CheckPacer? pacer = null)
    {
        var options = new IceAgentOptions { Role = role };
        configure?.Invoke(options);
        Agent = new IceAgent(options, pacer ?? new CheckPacer(), RandomSource.Seeded(5));
        Agent.AddLocalCandidate(IceLocalCandidate.Host(in Local), Now);
        if (isSignalled)
        {
            Agent.SetRemoteParameters(peer ?? Peer, Now);
            Agent.AddRemoteCandidate(Candidate(Remote), Now);
        }

        Flush();
    }

    public IceAgent Agent { get; }

    public MonotonicTime Now { get; private set; } = MonotonicTime.Zero + TimeSpan.FromSeconds(100);

    public List<byte[]> Sent { get; } = [];

    public List<IceTransmit> Transmits { get; } = [];

    public List<MonotonicTime> SentAt { get; } = [];

    public List<IceEvent> Events { get; } = [];

    public static IceCandidate Candidate(TransportAddress address, uint priority = 2_130_706_431, string foundation = "1", IceCandidateKind kind = IceCandidateKind.Host) =>
        new() { Foundation = foundation, Priority = priority, Address = address, Kind = kind };

    public static StunErrorCode CodeOf(byte[] reply) =>
        IceScene.Parse(reply).TryGetErrorCode(out StunErrorCode code, out _) ? code : StunErrorCode.None;

    public IEnumerable<byte[]> Checks => Sent.Where(IceScene.IsRequest);

    public byte[] FirstCheck() => Checks.First();

    /// <summary>A check arrives; returns the answer, which is the first that is sent.</summary>
    public byte[] Ask(CheckBuilder check, TransportAddress? source = null)
    {
        int before = Sent.Count;
        Assert.Equal(IceArrival.Handled, Arrive(check.Build(), source));
        return Sent[before];
    }

    public IceArrival Arrive(byte[] bytes, TransportAddress? source = null, TransportAddress? local = null)
    {
        IceArrival arrival = Agent.OnPacket(local ?? Local, source ?? Remote, bytes, Now);
        Flush();
        return arrival;
    }

    /// <summary>The peer answers a check.</summary>
    public IceArrival Answer(byte[] check, StunErrorCode error = StunErrorCode.None, TransportAddress? source = null, string? password = null) =>
        Arrive(CheckBuilder.Answer(check, password ?? Agent.RemoteParameters!.Password, in Local, error), source);

    /// <summary>Checks both ways until there is a path.</summary>
    public Bench Connect()
    {
        Answer(FirstCheck());
        Assert.NotNull(Agent.Route);
        return this;
    }

    /// <summary>Time goes by, and the peer answers what <paramref name="answers"/> says.</summary>
    public void Advance(double milliseconds, Func<byte[], bool>? answers = null)
    {
        MonotonicTime end = Now + TimeSpan.FromMilliseconds(milliseconds);
        int steps = 0;
        while (Agent.NextDeadline <= end)
        {
            Assert.True(Agent.NextDeadline >= Now && ++steps < 100_000, "The agent wants attention all the time.");
            Now = Agent.NextDeadline;
            int before = Sent.Count;
            Do(agent => agent.OnTime(Now));
            for (int i = before; i < Sent.Count; i++)
            {
                if (answers is not null && IceScene.IsRequest(Sent[i]) && answers(Sent[i])) Answer(Sent[i], source: Transmits[i].Remote);
            }
        }

        Now = end;
    }

    public void Do(Action<IceAgent> act)
    {
        act(Agent);
        Flush();
    }

    private void Flush()
    {
        while (Agent.TryTakeTransmit(_transmit, Now, out IceTransmit transmit))
        {
            Sent.Add(_transmit.AsSpan(0, transmit.Length).ToArray());
            Transmits.Add(transmit);
            SentAt.Add(Now);
        }

        while (Agent.TryTakeEvent(out IceEvent happened)) Events.Add(happened);
    }
}
