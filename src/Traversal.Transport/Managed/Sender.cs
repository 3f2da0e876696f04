using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>
/// One send. It has its own copy of the bytes, because where the kernel has no room the framework finishes the send later, on another thread.
/// (The calls that send at once or fail report a failure as an exception, which a stranger's address could then ask for.)
/// </summary>
internal sealed class Sender : SocketAsyncEventArgs
{
    /// <summary>Room for all that fits into a frame; few datagrams are longer.</summary>
    private const int UsualLength = 2_048;

    private readonly SenderPool _pool;
    private readonly FixedEndPoint _ipv4 = new(AddressFamily.InterNetwork);
    private readonly FixedEndPoint _ipv6 = new(AddressFamily.InterNetworkV6);
    private byte[] _buffer = NewBuffer(UsualLength);
    private ManagedSocket? _waitingFor;

    public Sender(SenderPool pool)
        : base(true)
    {
        _pool = pool;
    }

    /// <summary>Sends; true when the outcome is known and in <see cref="SocketAsyncEventArgs.SocketError"/>, false when it comes later.</summary>
    public bool TrySend(ManagedSocket socket, ReadOnlySpan<byte> bytes, in TransportAddress destination)
    {
        if (bytes.Length > _buffer.Length) _buffer = NewBuffer((int)BitOperations.RoundUpToPowerOf2((uint)bytes.Length));
        bytes.CopyTo(_buffer);
        SetBuffer(_buffer, 0, bytes.Length);
        FixedEndPoint endPoint = destination.IsIPv4 ? _ipv4 : _ipv6;
        SocketAddressCodec.Write(in destination, endPoint.Address);
        RemoteEndPoint = endPoint;
        if (!socket.Socket.SendToAsync(this)) return true;

        _waitingFor = socket;
        socket.HasSendWaiting = true;
        return false;
    }

    /// <summary>Lets the socket send again; called on the shard's thread.</summary>
    public void EndWait()
    {
        _waitingFor!.HasSendWaiting = false;
        _waitingFor = null;
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _pool.Finish(this);

    private static byte[] NewBuffer(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>An end point that hands out the same socket address each time.</summary>
    private sealed class FixedEndPoint(AddressFamily family) : EndPoint
    {
        public SocketAddress Address { get; } = SocketAddressCodec.NewBuffer(family);

        public override AddressFamily AddressFamily => family;

        public override SocketAddress Serialize() => Address;
    }
}
