using System.Net;
using System.Net.Sockets;

namespace Traversal.Benchmarks.Ice;

/// <summary>By the framework's sockets, as an application would that allocates nothing: a SocketAddress, a loop; the same socket for both where the other side echoes.</summary>
internal sealed class SocketExchange(Socket sender, Socket receiver, SocketAddress destination, in ExchangeShape shape) : IDatagramExchange
{
    private readonly ExchangeShape _shape = shape;
    private readonly byte[] _payload = shape.Payload();
    private readonly byte[] _buffer = new byte[2048];
    private readonly SocketAddress _source = new(AddressFamily.InterNetwork);

    private bool ReceivesFirst => _shape.Order == ExchangeOrder.ReceiveFirst;

    public async Task RunAsync(int datagrams)
    {
        if (_shape.Order == ExchangeOrder.InTurn)
        {
            await RunInTurnAsync(datagrams).ConfigureAwait(false);
            return;
        }

        ValueTask<int> receiving = ReceivesFirst ? ReceiveAsync() : default;
        for (int i = 0; i < _shape.Window; i++) Send();
        for (int i = 0; i < datagrams; i++)
        {
            if (!ReceivesFirst) receiving = ReceiveAsync();
            if (await receiving.ConfigureAwait(false) != _payload.Length) throw new IOException("Another datagram.");

            if (ReceivesFirst) receiving = i < datagrams - 1 ? ReceiveAsync() : default;
            if (i < datagrams - _shape.Window) Send();
        }
    }

    public static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task RunInTurnAsync(int datagrams)
    {
        SocketAddress back = sender.LocalEndPoint!.Serialize();
        for (int i = 0; i < datagrams; i++)
        {
            Socket from = i % 2 == 0 ? sender : receiver, to = i % 2 == 0 ? receiver : sender;
            ValueTask<int> receiving = to.ReceiveFromAsync(_buffer, SocketFlags.None, _source);
            from.SendTo(_payload, SocketFlags.None, i % 2 == 0 ? destination : back);
            if (await receiving.ConfigureAwait(false) != _payload.Length) throw new IOException("Another datagram.");
        }
    }

    private ValueTask<int> ReceiveAsync() => receiver.ReceiveFromAsync(_buffer, SocketFlags.None, _source);

    private void Send() => sender.SendTo(_payload, SocketFlags.None, destination);
}
