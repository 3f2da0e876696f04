using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Links;

/// <summary>The way to a server that an allocation belongs to: a 5-tuple. Any number of threads may send; one receives at a time.</summary>
internal abstract class ServerLink : IAsyncDisposable
{
    /// <summary>Whether nothing is lost or sent twice, and ChannelData is padded.</summary>
    public abstract bool IsStream { get; }

    public abstract TransportAddress LocalAddress { get; }

    /// <summary>Sends a message now or not at all.</summary>
    /// <param name="message">One message with its padding; the caller's again on return.</param>
    /// <param name="isData">Whether it is a peer's data, for which less room is taken: requests come through whatever data waits.</param>
    public abstract NetworkStatus Send(ReadOnlySpan<byte> message, bool isData);

    /// <summary>Receives one message, which <see cref="Received"/> shows until the next receive.</summary>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/>; for datagrams <see cref="NetworkStatus.Refused"/>, <see cref="NetworkStatus.Unreachable"/> or
    /// <see cref="NetworkStatus.Failed"/>, after which more may come; anything else is the end.
    /// </returns>
    public abstract ValueTask<ReceivedDatagram> ReceiveAsync();

    /// <summary>The message that was received, of the length that the receive said.</summary>
    public abstract ReadOnlySpan<byte> Received(int length);

    /// <summary>Waits until data that was not taken for want of room may be tried again. False if this link takes no more.</summary>
    public abstract ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>Closes it at once; a receive that waits ends.</summary>
    public abstract ValueTask DisposeAsync();
}
