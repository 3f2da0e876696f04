namespace Traversal.Fuzz;

/// <summary>
/// The client's allocation: the input is a <see cref="ClientScript"/> of what a server, strangers, time and the application do. Nothing that is not signed
/// may change anything, no data may come from a peer that nobody wanted, and the machine must not want attention all the time.
/// </summary>
internal sealed class TurnClientTarget : IFuzzTarget
{
    public static string Name => "turn-client";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var script = new ClientScript(input);
        var harness = new ClientHarness(script.Configuration);
        while (script.TryNext(out ClientEvent next)) harness.Tell(in next);
        harness.End();
    }
}
