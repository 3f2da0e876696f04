namespace Traversal.Fuzz;

/// <summary>
/// The reliable path: the input is a <see cref="ReliableStory"/> of a peer that has the key and does not keep to the rules, of strangers, of time and of the
/// application. Strangers change nothing, every datagram is counted once, what a peer can make it hold and send is bounded, and it never wants attention without end.
/// </summary>
internal sealed class ReliablePathTarget : IFuzzTarget
{
    public static string Name => "reliable-path";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var story = new ReliableStory(input);
        using var harness = new ReliableHarness(story.Configuration);
        while (story.TryNext(out ReliableStep step, out byte argument, out ReadOnlySpan<byte> payload)) harness.Tell(step, argument, payload);
        harness.End();
    }
}
