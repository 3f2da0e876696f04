using Traversal.Client.Ice;
using Traversal.Client.Network;

namespace Traversal.Client;

/// <content>Datagrams.</content>
public sealed partial class IceConnection
{
    /// <summary>Sends a datagram along the path now, or not at all.</summary>
    /// <param name="datagram">The payload; it is the caller's again on return.</param>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/> where it was sent; <see cref="NetworkStatus.Unreachable"/> where there is no path at the moment;
    /// <see cref="NetworkStatus.NoBuffer"/> where there is no room for it; <see cref="NetworkStatus.TooLong"/>; <see cref="NetworkStatus.Closed"/> after
    /// <see cref="DisposeAsync"/>.
    /// </returns>
    public NetworkStatus Send(ReadOnlySpan<byte> datagram) => _driver.Send(datagram, out _);

    /// <summary>Sends a datagram along the path, and waits for room where <see cref="Send"/> does not.</summary>
    /// <param name="datagram">The payload; it must stay untouched until the result is there.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>As <see cref="Send"/>.</returns>
    public ValueTask<NetworkStatus> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken = default)
    {
        NetworkStatus status = _driver.Send(datagram.Span, out Port? port);
        return status == NetworkStatus.NoBuffer ? SendLaterAsync(datagram, port!, cancellationToken) : new(status);
    }

    /// <summary>Receives the next datagram of the other side.</summary>
    /// <param name="buffer">Receives the payload; it must stay untouched until the result is there.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/>; <see cref="NetworkStatus.TooLong"/> for a datagram of which the end did not fit; <see cref="NetworkStatus.Closed"/> once
    /// the connection is disposed of and all that came is received. The source is not said: there is one.
    /// </returns>
    /// <exception cref="InvalidOperationException">Another receive waits.</exception>
    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _driver.Inbox.ReceiveAsync(buffer, cancellationToken);

    /// <summary>
    /// Sends datagrams of one size that lie one behind the other, by as few calls of the system as the path allows. What is not taken is not sent, as with
    /// <see cref="Send"/>.
    /// </summary>
    /// <param name="datagrams">The payloads; they are the caller's again on return.</param>
    /// <param name="size">The length of each but the last, which may be shorter: at least 1.</param>
    /// <param name="taken">How many bytes the system took: those behind them may be sent again.</param>
    /// <returns>As <see cref="Send"/>, of the first datagram that was not taken.</returns>
    internal NetworkStatus SendRun(ReadOnlySpan<byte> datagrams, int size, out int taken) => _driver.SendRun(datagrams, size, out taken);

    /// <summary>Has all data that comes from here on delivered to a sink, and none to receives; null ends that.</summary>
    internal void DeliverTo(IDatagramSink? sink) => _driver.Sink = sink;

    /// <summary>Receives what came before that.</summary>
    internal bool TryReceive(Span<byte> buffer, out ReceivedDatagram kept) => _driver.Inbox.TryReceive(buffer, out kept);

    private async ValueTask<NetworkStatus> SendLaterAsync(ReadOnlyMemory<byte> datagram, Port port, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await port.WaitForRoomAsync(cancellationToken).ConfigureAwait(false)) return NetworkStatus.NoBuffer;

            NetworkStatus status = _driver.Send(datagram.Span, out Port? next);
            if (status != NetworkStatus.NoBuffer) return status;
            port = next!;
        }
    }
}
