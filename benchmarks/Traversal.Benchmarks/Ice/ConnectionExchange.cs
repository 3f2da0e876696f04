using Traversal.Client;
using Traversal.Client.Network;

namespace Traversal.Benchmarks.Ice;

/// <summary>By connections; the same one for both where the other side echoes.</summary>
internal sealed class ConnectionExchange(IceConnection sender, IceConnection receiver, in ExchangeShape shape) : IDatagramExchange
{
    private readonly ExchangeShape _shape = shape;
    private readonly byte[] _payload = shape.Payload();
    private readonly byte[] _buffer = new byte[2048];

    public async Task RunAsync(int datagrams)
    {
        ValueTask<ReceivedDatagram> receiving = _shape.ReceivesFirst ? receiver.ReceiveAsync(_buffer) : default;
        for (int i = 0; i < _shape.Window; i++) Send();
        for (int i = 0; i < datagrams; i++)
        {
            if (!_shape.ReceivesFirst) receiving = receiver.ReceiveAsync(_buffer);
            ReceivedDatagram arrival = await receiving.ConfigureAwait(false);
            if (!arrival.IsOk) throw new IOException($"The connection is {arrival.Status}.");

            if (_shape.ReceivesFirst) receiving = i < datagrams - 1 ? receiver.ReceiveAsync(_buffer) : default;
            if (i < datagrams - _shape.Window) Send();
        }
    }

    private void Send()
    {
        if (sender.Send(_payload) is not NetworkStatus.Ok and var status) throw new IOException($"A datagram is not sent: {status}.");
    }
}
