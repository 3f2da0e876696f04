namespace Traversal.Fuzz;

/// <summary>
/// The relay state machine: the input is a <see cref="RelayScript"/> of what clients, peers, the driver and the operator do. Nothing may be
/// relayed that a model of the permissions does not know of, nothing may leak, and no event may throw.
/// </summary>
internal sealed class RelayTarget : IFuzzTarget
{
    public static string Name => "relay";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var script = new RelayScript(input);
        var harness = new RelayHarness(script.Configuration);
        while (script.TryNext(out RelayEvent next)) harness.Tell(in next);
        harness.End();
    }
}
