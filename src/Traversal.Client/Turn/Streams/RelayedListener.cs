using System.Threading.Channels;
using Traversal.Client.Allocations;
using Traversal.Client.Network;
using Traversal.Client.Streams;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Client;

/// <summary>
/// A TCP address on a TURN server (RFC 6062), to which permitted peers connect, and from which connections to peers are made. It keeps itself alive until it
/// is disposed of, which ends its connections too. Thread-safe.
/// </summary>
/// <remarks>At most 32 connections of peers wait to be accepted or are being made ready; the server drops others after 30 seconds.</remarks>
public sealed class RelayedListener : IAsyncDisposable, IAllocationUser
{
    private const int MaxWaiting = 32;

    private readonly AllocationDriver _driver;
    private readonly ConnectionBinder _binder;
    private readonly PeerQuestions _questions;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<RelayedStream> _accepted = Channel.CreateUnbounded<RelayedStream>();
    private readonly Dictionary<TransportAddress, TaskCompletionSource<(NetworkStatus Status, uint Connection)>> _connecting = [];
    private int _waiting;

    internal RelayedListener(TurnContext context, AllocationDriver driver)
    {
        _driver = driver;
        _binder = new ConnectionBinder(context, driver);
        _questions = new PeerQuestions(driver);
        driver.Attach(this);
        Ended = EndAsync();
    }

    /// <summary>Where peers connect to.</summary>
    public TransportAddress RelayedAddress => _driver.Machine.RelayedAddress;

    /// <summary>The same of the additional family; the default where there is none.</summary>
    public TransportAddress AdditionalRelayedAddress => _driver.Machine.AdditionalRelayedAddress;

    /// <summary>Where the server sees this machine.</summary>
    public TransportAddress MappedAddress => _driver.Machine.MappedAddress;

    /// <summary>The server: the one that redirections led to.</summary>
    public TurnServerEndpoint Server => _driver.Server;

    /// <summary>Completes when the allocation is over, with the reason; disposing of the listener is one.</summary>
    public Task<TurnOutcome> Ended { get; }

    /// <summary>What it has done.</summary>
    public TurnClientCounters Counters => _driver.Machine.Counters;

    /// <inheritdoc cref="RelayedSocket.PermitAsync"/>
    public ValueTask<NetworkStatus> PermitAsync(TransportAddress peer, CancellationToken cancellationToken = default) =>
        _questions.AskAsync(static (machine, peer, now) => machine.Permit(in peer, now), peer, cancellationToken);

    /// <summary>Waits for the next connection of a permitted peer.</summary>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>The connection, or <see cref="NetworkStatus.Closed"/> once the allocation is over.</returns>
    public async ValueTask<NetworkResult<RelayedStream>> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!_accepted.Reader.TryRead(out RelayedStream? stream)) continue;

            Interlocked.Decrement(ref _waiting);
            return new(stream);
        }

        return new(NetworkStatus.Closed);
    }

    /// <summary>Has the server connect to a peer, which needs no permission.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="cancellationToken">Gives up waiting, by an exception; the server drops what comes of it.</param>
    /// <returns>
    /// The connection; <see cref="NetworkStatus.Unreachable"/> where the server can't connect, or could not less than ten seconds ago;
    /// <see cref="NetworkStatus.Denied"/>; <see cref="NetworkStatus.AddressInUse"/> where there is a connection to that peer; <see cref="NetworkStatus.NoBuffer"/>
    /// where too many are being made; <see cref="NetworkStatus.AddressNotAvailable"/> for a peer of an IP version that the relayed address has not, or with port 0;
    /// <see cref="NetworkStatus.Closed"/>.
    /// </returns>
    public async ValueTask<NetworkResult<RelayedStream>> ConnectAsync(TransportAddress peer, CancellationToken cancellationToken = default)
    {
        if (peer.Port == 0) return new(NetworkStatus.AddressNotAvailable);

        (TurnWrapStatus status, Task<(NetworkStatus Status, uint Connection)>? answer) = _driver.Do(
            static (machine, ask, now) =>
            {
                TurnWrapStatus status = machine.Connect(in ask.Peer, now);
                return (status, status == TurnWrapStatus.Pending ? ask.Listener.WaitFor(in ask.Peer) : null);
            },
            (Listener: this, Peer: peer));
        if (answer is null) return new(status == TurnWrapStatus.Refused ? NetworkStatus.Unreachable : _driver.ToStatus(status));

        (NetworkStatus outcome, uint connection) = await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (outcome != NetworkStatus.Ok) return new(outcome);

        NetworkResult<Stream> bound = await _binder.BindAsync(connection, cancellationToken).ConfigureAwait(false);
        return bound.IsOk ? new(ToStream(bound.Value, in peer)) : new(bound.Status);
    }

    /// <summary>Gives the allocation up, and waits a second at most for the server to say so.</summary>
    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
    }

    bool IAllocationUser.OnData(in TransportAddress peer, ReadOnlySpan<byte> data) => false;

    void IAllocationUser.Wake()
    {
    }

    void IAllocationUser.OnPathError(in TransportAddress peer, in IcmpError error)
    {
    }

    void IAllocationUser.OnLoginRenewed()
    {
    }

    void IAllocationUser.OnEvent(in TurnEvent happened)
    {
        switch (happened.Kind)
        {
            case TurnEventKind.PeerPermitted:
                _questions.Answer(happened.Peer, NetworkStatus.Ok);
                break;
            case TurnEventKind.PeerRefused:
                _questions.Answer(happened.Peer, NetworkStatus.Denied);
                break;
            case TurnEventKind.Connected:
                Answer(happened.Peer, NetworkStatus.Ok, happened.Connection);
                break;
            case TurnEventKind.ConnectFailed:
                Answer(happened.Peer, ToStatus(happened.Code), 0);
                break;
            case TurnEventKind.PeerConnected when Interlocked.Increment(ref _waiting) <= MaxWaiting:
                _ = BindAcceptedAsync(happened.Connection, happened.Peer);
                break;
            case TurnEventKind.PeerConnected:
                Interlocked.Decrement(ref _waiting);
                break;
        }
    }

    private async Task BindAcceptedAsync(uint connection, TransportAddress peer)
    {
        // Not in the thread that holds the allocation.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            NetworkResult<Stream> bound = await _binder.BindAsync(connection, _closing.Token).ConfigureAwait(false);
            if (bound.IsOk && _accepted.Writer.TryWrite(ToStream(bound.Value, in peer))) return;
            if (bound.IsOk) await bound.Value.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The listener is closed.
        }

        Interlocked.Decrement(ref _waiting);
    }

    private RelayedStream ToStream(Stream stream, in TransportAddress peer) =>
        new(stream, peer.Family == RelayedAddress.Family ? RelayedAddress : AdditionalRelayedAddress, in peer);

    private Task<(NetworkStatus Status, uint Connection)> WaitFor(in TransportAddress peer)
    {
        var waiting = new TaskCompletionSource<(NetworkStatus, uint)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _connecting[peer] = waiting;
        return waiting.Task;
    }

    private void Answer(in TransportAddress peer, NetworkStatus status, uint connection)
    {
        if (_connecting.Remove(peer, out TaskCompletionSource<(NetworkStatus, uint)>? waiting)) waiting.TrySetResult((status, connection));
    }

    private static NetworkStatus ToStatus(StunErrorCode code) => code switch
    {
        StunErrorCode.Forbidden => NetworkStatus.Denied,
        StunErrorCode.ConnectionAlreadyExists => NetworkStatus.AddressInUse,
        StunErrorCode.PeerAddressFamilyMismatch => NetworkStatus.AddressNotAvailable,
        StunErrorCode.InsufficientCapacity => NetworkStatus.NoBuffer,
        _ => NetworkStatus.Unreachable,
    };

    private async Task<TurnOutcome> EndAsync()
    {
        TurnOutcome outcome = await _driver.Ended.ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        _questions.Close();
        _driver.Do(
            static (_, listener, _) =>
            {
                foreach (TransportAddress peer in listener._connecting.Keys.ToArray()) listener.Answer(in peer, NetworkStatus.Closed, 0);
                return true;
            },
            this);
        _accepted.Writer.Complete();
        while (_accepted.Reader.TryRead(out RelayedStream? stream)) await stream.DisposeAsync().ConfigureAwait(false);
        return outcome;
    }
}
