using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>
/// A bound UDP socket. Any number of threads may send; one receives at a time. Neither allocates. Disposing of it ends a receive that waits with
/// <see cref="NetworkStatus.Closed"/>.
/// </summary>
public interface IDatagramSocket : IDisposable
{
    /// <summary>Where the socket is bound. The address is unspecified where it was opened for any address and anybody.</summary>
    TransportAddress LocalAddress { get; }

    /// <summary>Sends a datagram now or not at all: it never waits for room.</summary>
    /// <param name="datagram">The payload; it is the caller's again on return.</param>
    /// <param name="destination">Where to; of a socket that was opened for one remote address, that one.</param>
    /// <returns>
    /// Whether the system took it. The ICMP error of an earlier datagram may be told here, and this one be lost with it, as any datagram may.
    /// </returns>
    NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination);

    /// <summary>Receives one datagram, or the ICMP error that an earlier one met.</summary>
    /// <param name="buffer">Receives the payload; it must stay untouched until the result is there.</param>
    /// <exception cref="InvalidOperationException">Another receive waits.</exception>
    ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer);
}
