using Mono.Cecil.Cil;

namespace Traversal.Fuzz;

/// <summary>Where the basic blocks of a method begin, and how many ways lead into each.</summary>
internal sealed class ControlFlow
{
    private readonly Dictionary<Instruction, int> _ways = [];

    public ControlFlow(MethodBody body)
    {
        Enter(body.Instructions[0]);
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            Enter(handler.HandlerStart);
            if (handler.FilterStart is not null) Enter(handler.FilterStart);
        }

        foreach (Instruction instruction in body.Instructions)
        {
            foreach (Instruction target in Targets(instruction)) Enter(target);
            if (IsFork(instruction)) Enter(instruction.Next);
        }

        foreach (Instruction instruction in body.Instructions)
        {
            if (FallsThrough(instruction) && _ways.ContainsKey(instruction.Next)) Enter(instruction.Next);
        }
    }

    /// <summary>The first instruction of every block.</summary>
    public IReadOnlyCollection<Instruction> Leaders => _ways.Keys;

    /// <summary>Whether more than one way leads to a block.</summary>
    public bool IsJoin(Instruction leader) => _ways[leader] > 1;

    /// <summary>Whether control can go more than one way after an instruction.</summary>
    public static bool IsFork(Instruction instruction) => instruction.OpCode.FlowControl == FlowControl.Cond_Branch;

    /// <summary>Where an instruction can jump to.</summary>
    public static Instruction[] Targets(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    // A fork's way to the next instruction is counted with its targets.
    private static bool FallsThrough(Instruction instruction) =>
        instruction.OpCode.FlowControl is FlowControl.Next or FlowControl.Call or FlowControl.Meta or FlowControl.Break &&
        instruction.Next is not null;

    private void Enter(Instruction leader) => _ways[leader] = _ways.GetValueOrDefault(leader) + 1;
}
