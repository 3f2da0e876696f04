using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>What an acknowledgement tells of the path.</summary>
/// <param name="BytesPerSecond">How fast packets were delivered; 0 where it cannot be told.</param>
/// <param name="IsIdle">Whether the application had too little to send then, so that the path may be faster.</param>
/// <param name="DeliveredBefore">What had been delivered when the last packet that it acknowledges was sent: a round trip is over.</param>
/// <param name="Delivered">What has been delivered now.</param>
/// <param name="Acknowledged">The bytes that it acknowledges.</param>
/// <param name="Lost">The bytes that were found lost with it.</param>
/// <param name="InFlight">The bytes that are still on the way.</param>
/// <param name="RoundTrip">A round trip; negative where it cannot be told.</param>
/// <param name="At">When it came.</param>
internal readonly record struct RateSample(
    double BytesPerSecond, bool IsIdle, long DeliveredBefore, long Delivered, long Acknowledged, long Lost, long InFlight, TimeSpan RoundTrip, MonotonicTime At);
