using Traversal.Primitives;

namespace Traversal.Peer.Reliable.Recovery;

/// <summary>How far delivery was when a packet was sent: with it, its acknowledgement tells a rate (draft-cheng-iccrg-delivery-rate-estimation).</summary>
/// <param name="Delivered">The bytes that had been delivered.</param>
/// <param name="DeliveredAt">When the last of them were.</param>
/// <param name="FirstSentAt">When the oldest packet of the flight was sent.</param>
/// <param name="IsIdle">Whether the application had too little to send.</param>
internal readonly record struct DeliveryMark(long Delivered, MonotonicTime DeliveredAt, MonotonicTime FirstSentAt, bool IsIdle);
