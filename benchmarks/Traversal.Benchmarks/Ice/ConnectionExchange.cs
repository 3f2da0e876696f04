using Traversal.Client;
using Traversal.Client.Network;

namespace Traversal.Benchmarks.Ice;

/// <summary>By connections; the same one for both where the other side echoes.</summary>
internal sealed class ConnectionExchange(IceConnection sender, IceConnection receiver, in ExchangeShape shape) : IDatagramExchange
{
    private readonly ExchangeShape _shape = shape;
    private readonly byte[] _payload = shape.Payload();
    private readonly byte[] _buffer = new byte[2048];

    private bool ReceivesFirst => _shape.Order == ExchangeOrder.ReceiveFirst;

    public async Task RunAsync(int datagrams)
    {
        if (_shape.Order == ExchangeOrder.InTurn)
        {
            await RunInTurnAsync(datagrams).ConfigureAwait(false);
            return;
        }

        ValueTask<ReceivedDatagram> receiving = ReceivesFirst ? receiver.ReceiveAsync(_buffer) : default;
        for (int i = 0; i < _shape.Window; i++) Send(sender);
        for (int i = 0; i < datagrams; i++)
        {
            if (!ReceivesFirst) receiving = receiver.ReceiveAsync(_buffer);
            ReceivedDatagram arrival = await receiving.ConfigureAwait(false);
            if (!arrival.IsOk) throw new IOException($"The connection is {arrival.Status}.");

            if (ReceivesFirst) receiving = i < datagrams - 1 ? receiver.ReceiveAsync(_buffer) : default;
            if (i < datagrams - _shape.Window) Send(sender);
        }
    }

    private async Task RunInTurnAsync(int datagrams)
    {
        for (int i = 0; i < datagrams; i++)
        {
            IceConnection from = i % 2 == 0 ? sender : receiver, to = i % 2 == 0 ? receiver : sender;
            ValueTask<ReceivedDatagram> receiving = to.ReceiveAsync(_buffer);
            Send(from);
            if (!(await receiving.ConfigureAwait(false)).IsOk) throw new IOException("The connection is closed.");
        }
    }

    private void Send(IceConnection from)
    {
        if (from.Send(_payload) is not NetworkStatus.Ok and var status) throw new IOException($"A datagram is not sent: {status}.");
    }
}
