using Traversal.Client.Network;

namespace Traversal.Client;

/// <content>Datagrams beside the streams: encrypted, and of the other side for certain, but they may be lost, and come in any order.</content>
public sealed partial class PeerConnection
{
    /// <summary>The longest datagram that is known to pass at present: 1,175 bytes at least.</summary>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public int MaxDatagramLength => (Session ?? throw NotConnected()).MaxDatagramLength;

    /// <summary>Sends a datagram now, or not at all.</summary>
    /// <param name="datagram">The payload; it is the caller's again on return.</param>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/> where it was sent; <see cref="NetworkStatus.TooLong"/> where it is longer than <see cref="MaxDatagramLength"/>;
    /// <see cref="NetworkStatus.NoBuffer"/> where there is no room for it; <see cref="NetworkStatus.Unreachable"/> where there is no path at the moment;
    /// <see cref="NetworkStatus.Closed"/> where the connection is over.
    /// </returns>
    /// <exception cref="InvalidOperationException">It is not connected yet.</exception>
    public NetworkStatus SendDatagram(ReadOnlySpan<byte> datagram) => (Session ?? throw NotConnected()).SendDatagram(datagram);

    /// <summary>
    /// Receives the next datagram. What comes while nobody receives waits, up to 512 datagrams and 256 kB, beyond which the newest is dropped. One receives at a
    /// time.
    /// </summary>
    /// <param name="buffer">Receives the payload; it must stay untouched until the result is there.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/>; <see cref="NetworkStatus.TooLong"/> for a datagram of which the end did not fit; <see cref="NetworkStatus.Closed"/> once the
    /// connection is over and all that came is received.
    /// </returns>
    /// <exception cref="InvalidOperationException">It is not connected yet, or another receive waits.</exception>
    public ValueTask<ReceivedDatagram> ReceiveDatagramAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        (Session ?? throw NotConnected()).Inbox.ReceiveAsync(buffer, cancellationToken);
}
