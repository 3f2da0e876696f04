using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Data, and checks on a path that is there, allocate nothing, nor does what is dropped.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 20_000;

    private readonly byte[] _transmit = new byte[IceAgent.MaxTransmitLength];

    [Fact]
    public void Data_both_ways()
    {
        IceAgent agent = Connected().Agent;
        byte[] data = new byte[160];
        data[0] = 0x80;
        AssertAllocatesNothing(() =>
        {
            if (!agent.TryRoute(data.Length, out _)) throw new InvalidOperationException();
            if (agent.OnPacket(in Bench.Local, in Bench.Remote, data, default) != IceArrival.Data) throw new InvalidOperationException();
        });
    }

    [Fact]
    public void Checks_of_the_peer_and_their_answers()
    {
        Bench bench = Connected();
        byte[] check = CheckBuilder.For(bench.Agent).Build();
        AssertAllocatesNothing(() =>
        {
            if (bench.Agent.OnPacket(in Bench.Local, in Bench.Remote, check, bench.Now) != IceArrival.Handled) throw new InvalidOperationException();
            if (!bench.Agent.TryTakeTransmit(_transmit, bench.Now, out _)) throw new InvalidOperationException();
        });
    }

    [Fact]
    public void Checks_for_consent_and_their_answers()
    {
        Bench bench = Connected();
        var key = IntegrityKey.ShortTerm(Bench.Peer.Password);
        byte[] answer = new byte[200];
        MonotonicTime now = bench.Now;
        AssertAllocatesNothing(() =>
        {
            now = bench.Agent.NextDeadline;
            bench.Agent.OnTime(now);
            if (!bench.Agent.TryTakeTransmit(_transmit, now, out IceTransmit transmit)) return;

            StunMessage.TryParse(_transmit.AsSpan(0, transmit.Length), out StunMessage check);
            var writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in check);
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Bench.Local);
            int length = writer.Finish(key, StunIntegrity.Sha1, fingerprint: true);
            if (bench.Agent.OnPacket(in Bench.Local, in Bench.Remote, answer.AsSpan(0, length), now) != IceArrival.Handled) throw new InvalidOperationException();
        });
    }

    [Fact]
    public void What_is_dropped()
    {
        Bench bench = Connected();
        byte[] wrongUsername = (CheckBuilder.For(bench.Agent) with { Username = "a:b" }).Build();
        byte[] wrongPassword = (CheckBuilder.For(bench.Agent) with { Password = "x" }).Build();
        byte[] late = CheckBuilder.Answer(bench.FirstCheck(), Bench.Peer.Password, in Bench.Local);
        TransportAddress stranger = TransportAddress.Parse("203.0.113.9:9");
        AssertAllocatesNothing(() =>
        {
            Drop(wrongUsername);
            Drop(wrongPassword);
            Drop(late);
        });

        void Drop(byte[] bytes)
        {
            if (bench.Agent.OnPacket(in Bench.Local, in stranger, bytes, bench.Now) != IceArrival.Dropped) throw new InvalidOperationException();
        }
    }

    private static Bench Connected()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last());
        return bench;
    }

    private static void AssertAllocatesNothing(Action round)
    {
        for (int i = 0; i < 1000; i++) round();

        // The runtime itself may allocate once while it compiles; what allocates does so in every round.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Rounds; i++) round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
