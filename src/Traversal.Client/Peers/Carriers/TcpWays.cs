using Traversal.Client.Ice;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <summary>TCP connections between the hosts of the two sides, whoever of them can be reached: each side listens, and later dials what the other side has told.</summary>
internal sealed class TcpWays : IDisposable
{
    /// <summary>The connections whose preface is waited for at one time; more are closed.</summary>
    private const int MaxUnproved = 8;

    private static readonly TimeSpan DialTime = TimeSpan.FromSeconds(10), PrefaceTime = TimeSpan.FromSeconds(5);

    private readonly ClientEnvironment _environment;
    private readonly Action<TcpCarrier> _found;
    private readonly bool _isInitiator;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<ITcpListener> _listeners = [];
    private int _unproved;

    /// <param name="options">The addresses and the role.</param>
    /// <param name="environment">Where it runs.</param>
    /// <param name="found">Gets each connection whose other end has proved that it is the other side; it owns it then.</param>
    public TcpWays(IceConnectionOptions options, ClientEnvironment environment, Action<TcpCarrier> found)
    {
        _environment = environment;
        _found = found;
        _isInitiator = options.Role == IceRole.Controlling;
        foreach (TransportAddress local in AddressesOf(options))
        {
            if (_environment.Network.Listen(local) is { IsOk: true } opened) _listeners.Add(opened.Value);
        }
    }

    /// <summary>Where this side listens.</summary>
    public IReadOnlyList<TransportAddress> Addresses => [.. _listeners.Select(static listener => listener.LocalAddress)];

    /// <summary>Takes connections, which wait until both sides know the secret.</summary>
    public void Accept(CarrierSignaling signaling)
    {
        foreach (ITcpListener listener in _listeners) _ = AcceptAsync(listener, signaling);
    }

    /// <summary>Dials all that the other side has told; completes when each has led to something or nothing.</summary>
    public Task DialAsync(CarrierSignaling signaling) => Task.WhenAll(signaling.RemoteTcp.Select(remote => DialAsync(remote, signaling)));

    public void Dispose()
    {
        _closing.Cancel();
        foreach (ITcpListener listener in _listeners) listener.Dispose();
    }

    // Where the address of this machine is not to be told, there is no TCP.
    private IEnumerable<TransportAddress> AddressesOf(IceConnectionOptions options)
    {
        if (options.Policy != CandidatePolicy.All) return [];
        if (options.LocalAddresses.Count > 0) return options.LocalAddresses.Select(static address => address.WithPort(0)).Distinct().Take(CarrierSignaling.MaxTcpAddresses);
        return HostAddresses.Choose(_environment.Network.GetLocalAddresses(), options.InterfaceFilter).Select(static address => address.Address.WithPort(0)).Take(CarrierSignaling.MaxTcpAddresses);
    }

    private async Task AcceptAsync(ITcpListener listener, CarrierSignaling signaling)
    {
        try
        {
            while (await listener.AcceptAsync(_closing.Token).ConfigureAwait(false) is var accepted && accepted.Status != NetworkStatus.Closed)
            {
                if (!accepted.IsOk) continue;
                if (Interlocked.Increment(ref _unproved) <= MaxUnproved)
                {
                    _ = ProveAcceptedAsync(accepted.Value, signaling);
                    continue;
                }

                Interlocked.Decrement(ref _unproved);
                await accepted.Value.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Another way was found.
        }
    }

    private async Task ProveAcceptedAsync(TcpConnection connection, CarrierSignaling signaling)
    {
        await ProveAsync(connection, signaling).ConfigureAwait(false);
        Interlocked.Decrement(ref _unproved);
    }

    private async Task DialAsync(TransportAddress remote, CarrierSignaling signaling)
    {
        using var timer = new CancellationTokenSource(DialTime, _environment.Time);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _closing.Token);
        try
        {
            NetworkResult<TcpConnection> dialled = await _environment.Network.ConnectAsync(default, remote, time.Token).ConfigureAwait(false);
            if (dialled.IsOk) await ProveAsync(dialled.Value, signaling).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Too late, or another way was found.
        }
    }

    private async Task ProveAsync(TcpConnection connection, CarrierSignaling signaling)
    {
        using var timer = new CancellationTokenSource(PrefaceTime, _environment.Time);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _closing.Token);
        try
        {
            await signaling.Met.WaitAsync(time.Token).ConfigureAwait(false);
            byte[] secret = signaling.Secret, preface = new byte[TcpPreface.Length];
            await connection.Stream.WriteAsync(TcpPreface.Make(secret, _isInitiator), time.Token).ConfigureAwait(false);
            await connection.Stream.ReadExactlyAsync(preface, time.Token).ConfigureAwait(false);
            if (TcpPreface.IsGood(preface, secret, _isInitiator))
            {
                _found(new TcpCarrier(connection, _isInitiator));
                return;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // A stranger, or another way was found.
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
