using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>
/// One send. It has its own copy of the bytes, because where the kernel has no room the framework finishes the send later, on another thread.
/// (The calls that send at once or fail report a failure as an exception, which a stranger's address could then ask for.)
/// </summary>
internal sealed class Sender : SocketAsyncEventArgs
{
    private readonly Memory<byte> _buffer;
    private readonly SenderPool _pool;
    private readonly FixedEndPoint _ipv4 = new(AddressFamily.InterNetwork);
    private readonly FixedEndPoint _ipv6 = new(AddressFamily.InterNetworkV6);

    public Sender(Memory<byte> buffer, SenderPool pool)
        : base(true)
    {
        _buffer = buffer;
        _pool = pool;
    }

    /// <summary>Sends; true when the outcome is known and in <see cref="SocketAsyncEventArgs.SocketError"/>, false when it comes later.</summary>
    public bool TrySend(Socket socket, ReadOnlySpan<byte> bytes, in TransportAddress destination)
    {
        bytes.CopyTo(_buffer.Span);
        SetBuffer(_buffer[..bytes.Length]);
        FixedEndPoint endPoint = destination.IsIPv4 ? _ipv4 : _ipv6;
        SocketAddressCodec.Write(in destination, endPoint.Address);
        RemoteEndPoint = endPoint;
        return !socket.SendToAsync(this);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _pool.Finish(this);

    /// <summary>An end point that hands out the same socket address each time.</summary>
    private sealed class FixedEndPoint(AddressFamily family) : EndPoint
    {
        public SocketAddress Address { get; } = SocketAddressCodec.NewBuffer(family);

        public override AddressFamily AddressFamily => family;

        public override SocketAddress Serialize() => Address;
    }
}
