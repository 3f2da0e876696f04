using System.Diagnostics;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Benchmarks.Ice;

/// <summary>What an agent's check costs, and what an idle agent keeps.</summary>
internal static class AgentFigures
{
    private const int ChecksInRound = 20_000, Agents = 2_000;

    private static readonly TransportAddress One = TransportAddress.Parse("192.0.2.1:5000"), Other = TransportAddress.Parse("198.51.100.2:6000");

    private static readonly MonotonicTime Now = MonotonicTime.Zero + TimeSpan.FromSeconds(100);

    /// <summary>How long an agent takes to verify a check and write the answer; the best round counts.</summary>
    public static double CheckCost(int rounds)
    {
        IceAgent asking = NewAgent(IceRole.Controlling, in One), answering = NewAgent(IceRole.Controlled, in Other);
        asking.SetRemoteParameters(answering.LocalParameters, Now);
        answering.SetRemoteParameters(asking.LocalParameters, Now);
        asking.AddRemoteCandidate(answering.LocalCandidates[0], Now);
        byte[] transmit = new byte[IceAgent.MaxTransmitLength];
        asking.TryTakeTransmit(transmit, Now, out IceTransmit taken);
        byte[] check = transmit[..taken.Length];

        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < ChecksInRound; i++)
            {
                answering.OnPacket(in Other, in One, check, Now);
                if (!answering.TryTakeTransmit(transmit, Now, out _)) throw new InvalidOperationException("The check was not answered.");
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / ChecksInRound);
        }

        return best;
    }

    /// <summary>The bytes of an agent with one candidate that waits for its peer.</summary>
    public static long IdleBytes()
    {
        var kept = new IceAgent[Agents];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Agents; i++) kept[i] = NewAgent(IceRole.Controlled, in One);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Agents;
        GC.KeepAlive(kept);
        return each;
    }

    private static IceAgent NewAgent(IceRole role, in TransportAddress local)
    {
        var agent = new IceAgent(new IceAgentOptions { Role = role }, new CheckPacer(), RandomSource.System);
        agent.AddLocalCandidate(IceLocalCandidate.Host(in local), Now);
        return agent;
    }
}
