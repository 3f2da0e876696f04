using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>
/// A datagram socket of the framework. It uses the calls that report errors as values: the others throw for each, and a stranger's ICMP packet, or
/// the address of one, could ask for that.
/// </summary>
internal sealed class SystemDatagramSocket : IDatagramSocket
{
    private readonly Socket _socket;
    private readonly DatagramSender _sender;
    private readonly DatagramReceiver _receiver;

    public SystemDatagramSocket(Socket socket, in TransportAddress remote)
    {
        _socket = socket;
        _sender = new DatagramSender(socket, in remote);
        _receiver = new DatagramReceiver(socket);
        LocalAddress = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
    }

    public TransportAddress LocalAddress { get; }

    public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination) => _sender.Send(datagram, in destination);

    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer) => _receiver.ReceiveAsync(buffer);

    public void Dispose()
    {
        // What waits is ended by the first, and freed by the others once it has ended.
        _socket.Dispose();
        _sender.Dispose();
        _receiver.Dispose();
    }
}
