using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client.Tests.Turn;

/// <summary>
/// A network of one server that answers each request as a test says, without sockets and in virtual time: nothing is lost, and the clock stands still while
/// anything that was sent is not handled yet.
/// </summary>
internal sealed class ScriptedNetwork(ScriptedServer.Script script) : INetwork
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<ScriptedSocket> _sockets = [];

    public static TurnServerEndpoint Server { get; } = new(TransportAddress.Parse("192.0.2.10:3478"));

    public ManualTime Time { get; } = new();

    /// <summary>Whether ICMP errors say that nobody is there, to the one who receives or to the one who sends.</summary>
    public (bool Receiver, bool Sender) Refuses { get; set; }

    /// <summary>What the one who receives is told then.</summary>
    public NetworkStatus ReceiverError { get; set; } = NetworkStatus.Refused;

    /// <summary>Whether the system has no room for what is sent.</summary>
    public bool IsFull { get; set; }

    public TurnClient Client(TurnClientOptions? options = null, TurnLogin? login = null) =>
        new(Server, login ?? Relay.Login, options, new ClientEnvironment { Network = this, Time = Time });

    /// <summary>Moves the clock to a time, in steps.</summary>
    public Task AdvanceToAsync(TimeSpan time, TimeSpan step) => AdvanceAsync(() => Time.Elapsed >= time, step);

    /// <summary>Moves the clock until something has happened.</summary>
    public Task AdvanceUntilAsync(Task happened, TimeSpan step) => AdvanceAsync(() => happened.IsCompleted, step);

    public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default)
    {
        var socket = new ScriptedSocket(this, script, TransportAddress.Parse($"192.0.2.1:{1000 + _sockets.Count}"));
        lock (_sockets) _sockets.Add(socket);
        return new(socket);
    }

    public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => [];

    public ValueTask<NetworkResult<TcpConnection>> ConnectAsync(
        TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default) => new(new NetworkResult<TcpConnection>(NetworkStatus.Refused));

    public NetworkResult<ITcpListener> Listen(in TransportAddress local) => new(NetworkStatus.Denied);

    private async Task AdvanceAsync(Func<bool> isDone, TimeSpan step)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!isDone())
        {
            deadline.Token.ThrowIfCancellationRequested();
            if (!IsQuiet() || !Time.Advance(step)) await Task.Yield();
        }
    }

    private bool IsQuiet()
    {
        lock (_sockets) return _sockets.TrueForAll(static socket => socket.IsQuiet);
    }

    private sealed class ScriptedSocket(ScriptedNetwork network, ScriptedServer.Script script, TransportAddress local) : IDatagramSocket
    {
        private readonly Lock _gate = new();
        private readonly Queue<byte[]?> _answers = new();
        private TaskCompletionSource<ReceivedDatagram>? _waiting;
        private Memory<byte> _buffer;
        private bool _isClosed;

        public TransportAddress LocalAddress => local;

        public bool IsQuiet
        {
            get
            {
                lock (_gate) return _isClosed || _waiting is not null;
            }
        }

        public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination)
        {
            if (network.Refuses.Receiver) Answer(null);
            if (network.Refuses.Sender) return NetworkStatus.Refused;
            if (network.IsFull) return NetworkStatus.NoBuffer;
            if (StunMessage.TryParse(datagram, out StunMessage request) == StunParseStatus.Ok) script(request, Answer);
            return NetworkStatus.Ok;
        }

        public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer)
        {
            lock (_gate)
            {
                _buffer = buffer;
                if (_isClosed) return new(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
                if (_answers.TryDequeue(out byte[]? answer)) return new(Fill(answer));

                _waiting = new TaskCompletionSource<ReceivedDatagram>(TaskCreationOptions.RunContinuationsAsynchronously);
                return new(_waiting.Task);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isClosed = true;
                _waiting?.TrySetResult(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
            }
        }

        private void Answer(byte[]? answer)
        {
            lock (_gate)
            {
                if (_waiting is null)
                {
                    _answers.Enqueue(answer);
                    return;
                }

                _waiting.SetResult(Fill(answer));
                _waiting = null;
            }
        }

        private ReceivedDatagram Fill(byte[]? answer)
        {
            if (answer is null) return new ReceivedDatagram(network.ReceiverError, 0, default);

            answer.CopyTo(_buffer);
            return new ReceivedDatagram(NetworkStatus.Ok, answer.Length, Server.Address);
        }
    }
}
