using System.Threading.Channels;
using Traversal.Client.Allocations;
using Traversal.Client.Network;
using Traversal.Client.Sockets;
using Traversal.Primitives;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>
/// A UDP socket on a TURN server: what is sent goes out from the relayed address, what peers send there is received. It keeps itself alive until it is
/// disposed of. Any number of threads may send; one receives at a time. A packet allocates nothing, either way.
/// </summary>
/// <remarks>
/// <para>
/// A peer that is sent to is permitted, and gets a channel, by itself; what peers send that were neither permitted nor sent to is dropped by the server. What is
/// sent before the server has answered waits, up to 32 datagrams and 64 kB for all peers, beyond which <see cref="NetworkStatus.NoBuffer"/> is the answer.
/// What comes while nobody receives waits, up to 512 datagrams and 256 kB, beyond which the newest is dropped.
/// </para>
/// <para>
/// What awaits a receive goes on in the thread that took the packet from the system. It may await as it likes. If it blocks the thread instead, the
/// allocation is looked after from another one, somewhat later.
/// </para>
/// </remarks>
public sealed partial class RelayedSocket : IDatagramSocket, IAsyncDisposable, IAllocationUser
{
    private const int MaxEvents = 64;

    private readonly AllocationDriver _driver;
    private readonly DatagramInbox _inbox = new();
    private readonly PendingData _pending = new();
    private readonly PeerQuestions _questions;
    private TaskCompletionSource? _refreshed;
    private readonly Channel<RelayEvent> _events =
        Channel.CreateBounded<RelayEvent>(new BoundedChannelOptions(MaxEvents) { FullMode = BoundedChannelFullMode.DropOldest });

    internal RelayedSocket(AllocationDriver driver)
    {
        _driver = driver;
        _questions = new PeerQuestions(driver);
        driver.Attach(this);
        Ended = EndAsync();
    }

    /// <summary>Where peers reach it.</summary>
    public TransportAddress RelayedAddress => _driver.Machine.RelayedAddress;

    /// <summary>The same of the additional family; the default where there is none.</summary>
    public TransportAddress AdditionalRelayedAddress => _driver.Machine.AdditionalRelayedAddress;

    /// <summary>Where the server saw this machine last: its address behind a NAT. Not every server says it again after a move.</summary>
    public TransportAddress MappedAddress => _driver.Machine.MappedAddress;

    /// <summary>The relayed address: it is the socket's own for whoever uses it as any other.</summary>
    TransportAddress IDatagramSocket.LocalAddress => RelayedAddress;

    /// <summary>Where this machine sends to the server from.</summary>
    public TransportAddress LocalAddress => _driver.LocalAddress;

    /// <summary>The server: the one that redirections led to.</summary>
    public TurnServerEndpoint Server => _driver.Server;

    /// <summary>The token for the next port, where it was asked for and reserved.</summary>
    public ulong? ReservationToken => _driver.Machine.ReservationToken;

    /// <summary>Whether the server can send data unfragmented.</summary>
    public bool CanForbidFragments => _driver.Machine.CanForbidFragments;

    /// <summary>Whether it survives a change of this machine's address.</summary>
    public bool IsMobile => _driver.Machine.IsMobile;

    /// <summary>What has happened: at most 64 that nobody has read, then the oldest are lost. It ends after <see cref="RelayEventKind.Ended"/>.</summary>
    public ChannelReader<RelayEvent> Events => _events.Reader;

    /// <summary>Completes when the allocation is over, with the reason; disposing of the socket is one.</summary>
    public Task<TurnOutcome> Ended { get; }

    /// <summary>What it has done.</summary>
    public TurnClientCounters Counters => _driver.Machine.Counters;

    /// <summary>Datagrams that were dropped as nobody received them in time.</summary>
    public long Unreceived => _inbox.Dropped;

    /// <summary>Receives one datagram.</summary>
    /// <param name="buffer">Receives the payload; it must stay untouched until the result is there.</param>
    /// <returns>
    /// <see cref="NetworkStatus.Ok"/>; <see cref="NetworkStatus.TooLong"/> for a datagram of which the end did not fit; <see cref="NetworkStatus.Closed"/> once
    /// the allocation is over and all that came is received.
    /// </returns>
    /// <exception cref="InvalidOperationException">Another receive waits.</exception>
    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer) => _inbox.ReceiveAsync(buffer, CancellationToken.None);

    /// <inheritdoc cref="ReceiveAsync(Memory{byte})"/>
    /// <param name="buffer">Receives the payload; it must stay untouched until the result is there.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _inbox.ReceiveAsync(buffer, cancellationToken);

    /// <summary>Goes on from another local address of this machine, as after a change of network (RFC 8016). The event tells when the server follows.</summary>
    /// <param name="local">Where to send from; the default value for wherever the route says.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>Whether there is a way to the server from there; without, everything stays as it was.</returns>
    /// <exception cref="InvalidOperationException">It is not <see cref="IsMobile"/>.</exception>
    public Task<TurnOutcome> MoveAsync(TransportAddress local = default, CancellationToken cancellationToken = default) =>
        _driver.MoveAsync(local, cancellationToken);

    /// <summary>Gives the allocation up, and waits a second at most for the server to say so.</summary>
    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
    }

    /// <summary>Gives the allocation up without waiting for the server.</summary>
    public void Dispose() => _driver.Dispose();

    bool IAllocationUser.OnData(in TransportAddress peer, ReadOnlySpan<byte> data) => _inbox.Put(in peer, data);

    void IAllocationUser.Wake() => _inbox.Wake();

    void IAllocationUser.OnPathError(in TransportAddress peer, in IcmpError error) =>
        _events.Writer.TryWrite(new RelayEvent(RelayEventKind.PathError, peer) { PathError = error });

    void IAllocationUser.OnLoginRenewed() => _events.Writer.TryWrite(new RelayEvent(RelayEventKind.LoginRenewed));

    void IAllocationUser.OnEvent(in TurnEvent happened)
    {
        switch (happened.Kind)
        {
            case TurnEventKind.Moved:
                _events.Writer.TryWrite(new RelayEvent(RelayEventKind.Moved));
                break;
            case TurnEventKind.Refreshed:
                _refreshed?.TrySetResult();
                _refreshed = null;
                break;
            case TurnEventKind.PeerPermitted:
                _driver.SendPending(_pending, happened.Peer);
                _questions.Answer(happened.Peer, NetworkStatus.Ok);
                break;
            case TurnEventKind.PeerForgotten:
                _pending.Drop(happened.Peer);
                _questions.Answer(happened.Peer, NetworkStatus.NoBuffer);
                break;
            case TurnEventKind.PeerRefused:
                _pending.Drop(happened.Peer);
                _questions.Answer(happened.Peer, NetworkStatus.Denied);
                _events.Writer.TryWrite(new RelayEvent(RelayEventKind.PeerRefused, happened.Peer, happened.Code));
                break;
        }
    }

    private async Task<TurnOutcome> EndAsync()
    {
        TurnOutcome outcome = await _driver.Ended.ConfigureAwait(false);
        _questions.Close();
        _events.Writer.TryWrite(new RelayEvent(RelayEventKind.Ended, Code: outcome.Code) { Outcome = outcome });
        _events.Writer.Complete();
        _inbox.Close();
        return outcome;
    }
}
