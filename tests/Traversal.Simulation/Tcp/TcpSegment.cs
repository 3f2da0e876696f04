namespace Traversal.Simulation;

/// <summary>What a segment says beside its bytes.</summary>
/// <param name="Flags">What it is.</param>
/// <param name="Sequence">How many bytes went before its own.</param>
/// <param name="Consumed">How many bytes of the other end were read.</param>
internal sealed record TcpSegment(TcpFlags Flags, long Sequence, long Consumed);
