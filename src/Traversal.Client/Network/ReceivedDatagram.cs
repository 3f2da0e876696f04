using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>What a receive came to.</summary>
/// <param name="Status">
/// <see cref="NetworkStatus.Ok"/>; <see cref="NetworkStatus.Refused"/> or <see cref="NetworkStatus.Unreachable"/> for an ICMP error;
/// <see cref="NetworkStatus.TooLong"/> for a datagram of which the end did not fit; <see cref="NetworkStatus.Closed"/> once the socket is disposed of.
/// </param>
/// <param name="Length">How many bytes of the buffer were filled.</param>
/// <param name="Source">Who sent it.</param>
public readonly record struct ReceivedDatagram(NetworkStatus Status, int Length, TransportAddress Source)
{
    /// <summary>Whether a whole datagram arrived.</summary>
    public bool IsOk => Status == NetworkStatus.Ok;
}
