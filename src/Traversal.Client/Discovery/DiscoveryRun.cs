using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun.Discovery;

namespace Traversal.Client;

/// <summary>Drives one <see cref="BehaviorDiscovery"/> over sockets of its own.</summary>
internal sealed class DiscoveryRun(ClientEnvironment environment) : IDisposable
{
    // An answer with every attribute of RFC 5780 is far shorter.
    private const int MaxAnswerLength = 1500;

    private readonly Lock _gate = new();
    private readonly Waker _waker = new();
    private readonly MonotonicClock _clock = new(environment.Time);
    private readonly List<IDatagramSocket> _sockets = [];
    private readonly byte[] _buffer = new byte[BehaviorDiscovery.MaxDatagramLength];
    private BehaviorDiscovery? _discovery;

    public NetworkStatus Open(DiscoverySettings settings, in TransportAddress source)
    {
        // Open to everybody: answers come from the server's other address too.
        do
        {
            NetworkResult<IDatagramSocket> opened = environment.Network.OpenDatagram(in source);
            if (!opened.IsOk) return opened.Status;
            _sockets.Add(opened.Value);
            _discovery ??= new BehaviorDiscovery(settings, opened.Value.LocalAddress, environment.Random, _clock.Now);
        }
        while (_sockets.Count < _discovery.Sockets);

        return NetworkStatus.Ok;
    }

    public async Task<NatBehavior> RunAsync(CancellationToken cancellationToken)
    {
        for (int socket = 0; socket < _sockets.Count; socket++) _ = ReceiveAsync(socket);
        while (true)
        {
            TimeSpan wait;
            lock (_gate)
            {
                SendWhatIsDue();
                if (_discovery!.IsComplete) return _discovery.Result;
                wait = _discovery.NextDeadline - _clock.Now;
            }

            await _waker.SleepAsync(wait, environment.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (IDatagramSocket socket in _sockets) socket.Dispose();
    }

    private void SendWhatIsDue()
    {
        while (_discovery!.TryTake(_clock.Now, _buffer, out DiscoveryDatagram datagram))
        {
            NetworkStatus status = _sockets[datagram.Socket].Send(_buffer.AsSpan(0, datagram.Length), datagram.Destination);
            if (status is NetworkStatus.Unreachable or NetworkStatus.AddressNotAvailable) _discovery.OnSendFailed(in datagram, _clock.Now);
        }
    }

    // Ends with the socket.
    private async Task ReceiveAsync(int socket)
    {
        byte[] buffer = new byte[MaxAnswerLength];
        while (true)
        {
            ReceivedDatagram received = await _sockets[socket].ReceiveAsync(buffer).ConfigureAwait(false);
            if (received.Status == NetworkStatus.Closed) return;
            if (!received.IsOk) continue;

            lock (_gate) _discovery!.OnDatagram(socket, buffer.AsSpan(0, received.Length), received.Source, _clock.Now);
            _waker.Wake();
        }
    }
}
