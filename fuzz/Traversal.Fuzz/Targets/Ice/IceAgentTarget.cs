namespace Traversal.Fuzz;

/// <summary>
/// The ICE agent: the input is an <see cref="IceScript"/> of what a peer, strangers, time and the application do. Nothing without the password may change
/// anything, data may go only where an answer has come from, everything is bounded, and at the end a new peer is reached.
/// </summary>
internal sealed class IceAgentTarget : IFuzzTarget
{
    public static string Name => "ice-agent";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var script = new IceScript(input);
        var harness = new IceHarness(script.Configuration);
        while (script.TryNext(out IceScriptEvent next)) harness.Tell(in next);
        harness.End();
    }
}
