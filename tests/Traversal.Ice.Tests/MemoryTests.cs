using Traversal.Primitives;

namespace Traversal.Ice.Tests;

/// <summary>What an agent keeps while it idles. The heap is one for all, so nothing else runs meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int Agents = 500, Limit = 8 * 1024;

    [Fact]
    public void An_agent_with_ten_candidates() => AssertSmall(Idle);

    [Fact]
    public void A_connected_agent() => AssertSmall(() => new Bench(IceRole.Controlling).Connect().Agent);

    private void AssertSmall(Func<object> make)
    {
        make();
        object[] kept = new object[Agents];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Agents; i++) kept[i] = make();
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Agents;
        GC.KeepAlive(kept);
        output.WriteLine($"{each} bytes");
        Assert.InRange(each, 1, Limit);
    }

    private static IceAgent Idle()
    {
        var agent = new IceAgent(new IceAgentOptions(), new CheckPacer(), RandomSource.Seeded(1));
        for (ushort i = 0; i < 5; i++)
        {
            TransportAddress host = Bench.Local.WithPort((ushort)(100 + i)), mapped = Bench.Remote.WithPort((ushort)(100 + i));
            agent.AddLocalCandidate(IceLocalCandidate.Host(in host), MonotonicTime.Zero);
            agent.AddLocalCandidate(IceLocalCandidate.ServerReflexive(in mapped, in host), MonotonicTime.Zero);
        }

        return agent;
    }
}

/// <summary>Tests that nothing runs beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
