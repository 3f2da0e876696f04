using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Traversal.Fuzz;

/// <summary>
/// Puts a counter at the beginning of every block of a method, and one on every edge that blocks alone do not tell apart: from a fork to a join. So
/// every edge has a number of its own, and no two share one.
/// </summary>
internal sealed class MethodInstrumenter
{
    private readonly MethodBody _body;
    private readonly FieldReference _counters;
    private readonly Func<int> _nextEdge;
    private readonly Dictionary<Instruction, Instruction> _probes = [];

    /// <param name="body">The method, with long branches.</param>
    /// <param name="counters"><see cref="EdgeMap.Counters"/> as its module refers to it.</param>
    /// <param name="nextEdge">Numbers the edges.</param>
    public MethodInstrumenter(MethodBody body, FieldReference counters, Func<int> nextEdge)
    {
        _body = body;
        _counters = counters;
        _nextEdge = nextEdge;
    }

    /// <summary>Rewrites the method. One that never branches is left alone: its caller's block says that it ran.</summary>
    public void Run()
    {
        _body.SimplifyMacros();
        var flow = new ControlFlow(_body);
        if (flow.Leaders.Count > 1)
        {
            Instruction[] forks = _body.Instructions.Where(ControlFlow.IsFork).ToArray();
            foreach (Instruction leader in _body.Instructions.Where(flow.Leaders.Contains).ToArray()) CountBlock(leader);
            foreach (Instruction fork in forks) CountEdges(fork, flow);
        }

        _body.OptimizeMacros();
    }

    // Whoever entered the block by its first instruction now enters it by the counter's; the instruction itself moves behind the counter as a copy,
    // so that branches and the bounds of exception handlers need no change.
    private void CountBlock(Instruction leader)
    {
        Instruction moved = Instruction.Create(OpCodes.Nop);
        moved.OpCode = leader.OpCode;
        moved.Operand = leader.Operand;
        _probes.Add(leader, moved);

        ILProcessor il = _body.GetILProcessor();
        il.InsertAfter(leader, moved);
        List<Instruction> probe = Probe();
        leader.OpCode = probe[0].OpCode;
        leader.Operand = probe[0].Operand;
        InsertAfter(leader, probe.Skip(1));
    }

    private void CountEdges(Instruction fork, ControlFlow flow)
    {
        fork = _probes.GetValueOrDefault(fork, fork);
        Instruction next = fork.Next;
        Instruction last = fork;
        if (flow.IsJoin(next)) last = InsertAfter(last, Probe());

        Instruction[] targets = ControlFlow.Targets(fork);
        if (!targets.Any(flow.IsJoin)) return;

        last = InsertAfter(last, [Instruction.Create(OpCodes.Br, next)]);
        Instruction[] redirected = (Instruction[])targets.Clone();
        for (int i = 0; i < targets.Length; i++)
        {
            if (!flow.IsJoin(targets[i])) continue;
            List<Instruction> edge = [.. Probe(), Instruction.Create(OpCodes.Br, targets[i])];
            redirected[i] = edge[0];
            last = InsertAfter(last, edge);
        }

        fork.Operand = fork.Operand is Instruction ? redirected[0] : redirected;
    }

    // A counter that overflows goes on at one: zero would look as if the edge had not been taken.
    private List<Instruction> Probe() =>
    [
        Instruction.Create(OpCodes.Ldsfld, _counters),
        Instruction.Create(OpCodes.Ldc_I4, _nextEdge()),
        Instruction.Create(OpCodes.Add),
        Instruction.Create(OpCodes.Dup),
        Instruction.Create(OpCodes.Ldind_U1),
        Instruction.Create(OpCodes.Ldc_I4_1),
        Instruction.Create(OpCodes.Add),
        Instruction.Create(OpCodes.Dup),
        Instruction.Create(OpCodes.Ldc_I4_8),
        Instruction.Create(OpCodes.Shr_Un),
        Instruction.Create(OpCodes.Add),
        Instruction.Create(OpCodes.Stind_I1),
    ];

    private Instruction InsertAfter(Instruction position, IEnumerable<Instruction> instructions)
    {
        ILProcessor il = _body.GetILProcessor();
        foreach (Instruction instruction in instructions)
        {
            il.InsertAfter(position, instruction);
            position = instruction;
        }

        return position;
    }
}
