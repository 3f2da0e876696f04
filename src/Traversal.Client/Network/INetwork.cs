using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>
/// What clients need of an operating system's network: datagrams, TCP and the addresses of this machine. <see cref="SystemNetwork"/> is the real one;
/// a simulated one runs the same clients in virtual time. Failures of the network are statuses; only misuse is an exception. Thread-safe.
/// </summary>
public interface INetwork
{
    /// <summary>The unicast addresses of this machine's interfaces that are up, loopback included; empty where the system does not tell.</summary>
    IReadOnlyList<InterfaceAddress> GetLocalAddresses();

    /// <summary>Opens a UDP socket of one IP version.</summary>
    /// <param name="local">Where to bind it; the default value for any address and port, port 0 for any port.</param>
    /// <param name="remote">
    /// The only one to exchange datagrams with: the others' are dropped before they are seen, and ICMP errors are told. The default value to talk to
    /// anybody, in which case systems do not say whom an ICMP error is about, and it is not told.
    /// </param>
    /// <exception cref="ArgumentException">Both are the default value, or of two IP versions.</exception>
    NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default);

    /// <summary>Connects by TCP. How long the system tries is its own; a caller with less patience cancels.</summary>
    /// <param name="local">Where to connect from; the default value for wherever the route says.</param>
    /// <param name="remote">Where to connect to.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <exception cref="ArgumentException"><paramref name="remote"/> is the default value.</exception>
    ValueTask<NetworkResult<TcpConnection>> ConnectAsync(
        TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default);

    /// <summary>Calls when the addresses of this machine may have changed, until it is disposed of; never, where the system does not tell.</summary>
    /// <param name="changed">Called by any thread; it must not wait.</param>
    IDisposable? WatchAddresses(Action changed) => null;

    /// <summary>Listens for TCP connections at one address.</summary>
    /// <param name="local">The address; port 0 for any port.</param>
    /// <exception cref="ArgumentException">It is the default value.</exception>
    NetworkResult<ITcpListener> Listen(in TransportAddress local);
}
