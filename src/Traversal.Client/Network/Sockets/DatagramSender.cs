using System.Net.Sockets;
using System.Numerics;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>
/// Sends by one operation of the framework, one datagram after the other. It has its own copy of the bytes, because where the kernel has no room the
/// framework finishes the send later, on another thread; until then others are dropped, as the kernel would.
/// </summary>
internal sealed class DatagramSender : SocketAsyncEventArgs
{
    // What fits into a frame; few datagrams are longer.
    private const int UsualLength = 2048;

    /// <summary>The longest payload of UDP over IPv4 is 20 bytes shorter; the system decides.</summary>
    private const int MaxLength = 65_527;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly TransportAddress _remote;
    private readonly FixedEndPoint _destination;
    private byte[] _buffer = NewBuffer(UsualLength);
    private bool _waits;

    public DatagramSender(Socket socket, in TransportAddress remote)
        : base(true)
    {
        _socket = socket;
        _remote = remote;
        _destination = new FixedEndPoint(socket.AddressFamily);
        RemoteEndPoint = _destination;
    }

    public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination)
    {
        if (datagram.Length > MaxLength) return NetworkStatus.TooLong;
        if (_remote.IsNone ? destination.AddressFamily() != _socket.AddressFamily : destination != _remote) return NetworkStatus.AddressNotAvailable;

        lock (_gate)
        {
            if (Volatile.Read(ref _waits)) return NetworkStatus.NoBuffer;
            if (datagram.Length > _buffer.Length) _buffer = NewBuffer((int)BitOperations.RoundUpToPowerOf2((uint)datagram.Length));
            datagram.CopyTo(_buffer);
            return SendBuffer(datagram.Length, in destination);
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => Volatile.Write(ref _waits, false);

    private NetworkStatus SendBuffer(int length, in TransportAddress destination)
    {
        try
        {
            SetBuffer(_buffer, 0, length);
            Volatile.Write(ref _waits, true);
            if (_remote.IsNone) _destination.Value = destination;
            bool later = _remote.IsNone ? _socket.SendToAsync(this) : _socket.SendAsync(this);
            if (later) return NetworkStatus.Ok;
        }
        catch (ObjectDisposedException)
        {
            return NetworkStatus.Closed;
        }

        Volatile.Write(ref _waits, false);
        return SocketErrors.ToStatus(SocketError);
    }

    private static byte[] NewBuffer(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);
}
