using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Names;

/// <summary>A network without sockets for virtual time: what is asked by a datagram is answered before the sender goes on, or never.</summary>
internal sealed class AnsweringNetwork(Func<byte[], byte[]?> answer) : INetwork
{
    public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default) => new(new AnsweringSocket(answer, remote));

    public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => [];

    public ValueTask<NetworkResult<TcpConnection>> ConnectAsync(
        TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default) => new(new NetworkResult<TcpConnection>(NetworkStatus.Refused));

    public NetworkResult<ITcpListener> Listen(in TransportAddress local) => new(NetworkStatus.Denied);

    private sealed class AnsweringSocket(Func<byte[], byte[]?> answer, TransportAddress remote) : IDatagramSocket
    {
        private readonly TaskCompletionSource<ReceivedDatagram> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Queue<byte[]> _answers = new();

        public TransportAddress LocalAddress => TransportAddress.Parse("192.0.2.1:1000");

        public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination)
        {
            if (answer(datagram.ToArray()) is { } bytes) _answers.Enqueue(bytes);
            return NetworkStatus.Ok;
        }

        public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer)
        {
            if (!_answers.TryDequeue(out byte[]? bytes)) return new(_closed.Task);

            bytes.CopyTo(buffer);
            return new(new ReceivedDatagram(NetworkStatus.Ok, bytes.Length, remote));
        }

        public void Dispose() => _closed.TrySetResult(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
    }
}
