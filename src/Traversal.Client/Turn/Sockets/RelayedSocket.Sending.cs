using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client;

public sealed partial class RelayedSocket
{
    /// <summary>Sends a datagram to a peer now, or as soon as the server has permitted the peer.</summary>
    /// <param name="datagram">The payload; it is the caller's again on return.</param>
    /// <param name="destination">The peer.</param>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/> where it was sent or waits for the permission; <see cref="NetworkStatus.NoBuffer"/> where there is no room for it, or not
    /// for one more peer; <see cref="NetworkStatus.Denied"/> for a peer that the server has refused; <see cref="NetworkStatus.AddressNotAvailable"/> for one of
    /// an IP version that the relayed address has not, or with port 0; <see cref="NetworkStatus.TooLong"/>; <see cref="NetworkStatus.Closed"/> once the allocation is over.
    /// </returns>
    public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination) =>
        _driver.Send(datagram, in destination, dontFragment: false, _pending, out _);

    /// <summary>
    /// As <see cref="Send"/>, for data that the server is to send whole or not at all: <see cref="NetworkStatus.TooLong"/> where it cannot do that. If the path
    /// is narrower, an event may tell.
    /// </summary>
    public NetworkStatus SendUnfragmented(ReadOnlySpan<byte> datagram, in TransportAddress destination) =>
        _driver.Send(datagram, in destination, dontFragment: true, _pending, out _);

    /// <summary>Sends a datagram, and waits for the server's permission and for room where <see cref="Send"/> does not.</summary>
    /// <param name="datagram">The payload; it must stay untouched until the result is there.</param>
    /// <param name="destination">The peer.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>As <see cref="Send"/>.</returns>
    public ValueTask<NetworkStatus> SendAsync(ReadOnlyMemory<byte> datagram, TransportAddress destination, CancellationToken cancellationToken = default)
    {
        NetworkStatus status = _driver.Send(datagram.Span, in destination, dontFragment: false, pending: null, out TurnWrapStatus wrapped);
        bool waits = wrapped == TurnWrapStatus.Pending || (wrapped == TurnWrapStatus.Ready && status == NetworkStatus.NoBuffer);
        return waits ? SendLaterAsync(datagram, destination, cancellationToken) : new(status);
    }

    /// <summary>
    /// Lets a peer's address send to the relayed address, whatever the port, and keeps it so. Peers that are named at once are asked for in one request.
    /// </summary>
    /// <param name="peer">The peer.</param>
    /// <param name="cancellationToken">Gives up waiting, by an exception; the server is asked all the same.</param>
    /// <returns>As <see cref="Send"/>: <see cref="NetworkStatus.Denied"/> where the server refuses.</returns>
    public ValueTask<NetworkStatus> PermitAsync(TransportAddress peer, CancellationToken cancellationToken = default) =>
        _questions.AskAsync(static (machine, peer, now) => machine.Permit(in peer, now), peer, cancellationToken);

    /// <summary>Binds a channel for a peer ahead of the first data, which permits its address too. Where the server gives none, data goes without.</summary>
    /// <inheritdoc cref="PermitAsync"/>
    public ValueTask<NetworkStatus> BindChannelAsync(TransportAddress peer, CancellationToken cancellationToken = default) =>
        _questions.AskAsync(static (machine, peer, now) => machine.BindChannel(in peer, now), peer, cancellationToken);

    /// <summary>
    /// Lets the permission of a peer's address and its channels end when their time has come, within ten minutes, and makes room for others then. Who waits for
    /// the permission of a peer that the server has not been asked for yet gets <see cref="NetworkStatus.NoBuffer"/>, and what waits for it is dropped.
    /// </summary>
    public void Forget(TransportAddress peer) => _driver.Do(
        static (machine, peer, now) =>
        {
            machine.Forget(in peer, now);
            return true;
        },
        peer);

    /// <summary>Asks the server to prolong the allocation now, which it does by itself in time: whoever wants to know whether the server still has it.</summary>
    /// <param name="cancellationToken">Gives up waiting, by an exception.</param>
    /// <returns>Whether the server did. If it did not, the socket ends.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource? refreshed = _driver.Do(
            static (machine, socket, now) => machine.RefreshNow(now) ? socket._refreshed ??= new(TaskCreationOptions.RunContinuationsAsynchronously) : null, this);
        return refreshed is not null && await Task.WhenAny(refreshed.Task, Ended).WaitAsync(cancellationToken).ConfigureAwait(false) == refreshed.Task;
    }

    private async ValueTask<NetworkStatus> SendLaterAsync(ReadOnlyMemory<byte> datagram, TransportAddress destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            NetworkStatus status = _driver.Send(datagram.Span, in destination, dontFragment: false, pending: null, out TurnWrapStatus wrapped);
            if (wrapped == TurnWrapStatus.Pending)
            {
                status = await PermitAsync(destination, cancellationToken).ConfigureAwait(false);
                if (status != NetworkStatus.Ok) return status;
            }
            else if (wrapped == TurnWrapStatus.Ready && status == NetworkStatus.NoBuffer && !Ended.IsCompleted)
            {
                if (!await _driver.WaitForRoomAsync(cancellationToken).ConfigureAwait(false)) return status;
            }
            else
            {
                return status;
            }
        }
    }
}
