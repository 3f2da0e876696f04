namespace Traversal.Peer.Reliable.Recovery;

/// <summary>What the congestion control is doing.</summary>
internal enum CongestionPhase : byte
{
    /// <summary>Sending ever faster until it is no longer delivered faster.</summary>
    Startup = 0,

    /// <summary>Sending less until what startup has put into queues is gone.</summary>
    Drain,

    /// <summary>Sending as fast as it is delivered, and a little faster at times to see whether the path has more.</summary>
    Cruise,

    /// <summary>Sending what keeps a share of a queue that is not ours alone.</summary>
    Share,

    /// <summary>Sending so little that queues are empty and the round trip can be seen.</summary>
    ProbeRoundTrip,
}
