using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>Receives by one operation of the framework, which is its own value task too.</summary>
internal sealed class DatagramReceiver : SocketAsyncEventArgs, IValueTaskSource<ReceivedDatagram>
{
    private readonly Socket _socket;
    private readonly FixedEndPoint _source;
    private ManualResetValueTaskSourceCore<ReceivedDatagram> _arrival;

    public DatagramReceiver(Socket socket)
        : base(true)
    {
        _socket = socket;
        _source = new FixedEndPoint(socket.AddressFamily);
        RemoteEndPoint = _source;
    }

    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            SetBuffer(buffer); // Refused while another receive waits.
            SocketFlags = SocketFlags.None; // Each completion overwrites them with those of what was received.
            _arrival.Reset();
            return _socket.ReceiveFromAsync(this) ? new(this, _arrival.Version) : new(Result);
        }
        catch (ObjectDisposedException)
        {
            return new(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
        }
    }

    public ReceivedDatagram GetResult(short token) => _arrival.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _arrival.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _arrival.SetResult(Result);

    private ReceivedDatagram Result
    {
        get
        {
            NetworkStatus status = SocketErrors.ToStatus(SocketError);
            if (status == NetworkStatus.Ok && (SocketFlags & SocketFlags.Truncated) != SocketFlags.None) status = NetworkStatus.TooLong;
            TransportAddress source = status is NetworkStatus.Ok or NetworkStatus.TooLong ? _source.Value : default;
            return new(status, BytesTransferred, source);
        }
    }
}
