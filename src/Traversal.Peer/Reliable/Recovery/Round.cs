using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>What one round trip has shown: from when a packet was sent until it was acknowledged.</summary>
/// <param name="EndedAt">When it was over.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Shortest">The shortest round trip of a packet in it; <see cref="TimeSpan.MaxValue"/> where none was measured.</param>
/// <param name="Acknowledged">The bytes that were acknowledged.</param>
/// <param name="Lost">The bytes that were found lost.</param>
/// <param name="IsIdle">Whether the application had too little to send.</param>
internal readonly record struct Round(MonotonicTime EndedAt, double Seconds, TimeSpan Shortest, long Acknowledged, long Lost, bool IsIdle)
{
    /// <summary>The share of what was sent that was lost.</summary>
    public double LostShare => Lost == 0 ? 0 : (double)Lost / (Acknowledged + Lost);
}
