using Traversal.Peer.Multiplexing;

namespace Traversal.Fuzz;

/// <summary>
/// A multiplexer whose other side sends anything, while its own side opens, writes, reads and closes: its windows hold, what it sends is frames, and it comes to
/// the same in whatever pieces the bytes come.
/// </summary>
internal sealed class PeerFramesTarget : IFuzzTarget
{
    public static string Name => "peer-frames";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        using var whole = new FramesHarness(input.IsEmpty ? (byte)0 : input[0], isCut: false);
        using var cut = new FramesHarness(input.IsEmpty ? (byte)0 : input[0], isCut: true);
        whole.Tell(input.IsEmpty ? input : input[1..]);
        cut.Tell(input.IsEmpty ? input : input[1..]);
        Invariant.Holds(whole.Summary == cut.Summary, "Pieces make the same frames.");

        whole.Multiplexer.Close(MultiplexerCloseReason.Application, 1);
        whole.Check();
        Invariant.Holds(whole.Multiplexer.IsClosed && whole.Multiplexer.Open() is null && !whole.Multiplexer.HasToSend, "What is closed stays so.");
    }
}
