namespace Traversal.Fuzz;

/// <summary>Fails on request, in each of the ways that the fork server has to survive.</summary>
internal sealed class SelfTestTarget : IFuzzTarget
{
    public static string Name => "self-test";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (input.StartsWith("throw"u8)) throw new InvariantException("As asked.");
        if (input.StartsWith("abort"u8)) Environment.FailFast("As asked.");
        while (input.StartsWith("hang"u8)) Thread.SpinWait(1000);
    }
}
