using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Receives at the clients what the server sends: relayed data, and answers to refreshes.</summary>
internal sealed class ClientReceiver(Traffic traffic, EpollSet clients, MessageBatch batch, Action<Client, ReadOnlySpan<byte>> onAnswer)
{
    private const int StreamReadLength = 256 * 1024;

    private readonly byte[] _stream = traffic.Options.IsStream ? new byte[StreamReadLength] : [];
    // Between relay addresses of one server, what the other client of the pair sent up comes down here.
    private readonly bool _isRelayed = traffic.Options.Peers == PeerArrangement.Relayed;

    /// <summary>Takes a share of what has arrived. False when that is nothing.</summary>
    public bool Receive()
    {
        int ready = clients.Wait(0);
        for (int index = 0; index < ready; index++)
        {
            Client client = traffic.Clients[clients.Key(index)];
            if (client.Stream is null) ReceiveDatagrams(client);
            else ReceiveStream(client, client.Stream);
        }

        return ready > 0;
    }

    private void ReceiveDatagrams(Client client)
    {
        int received = batch.Receive(client.Socket, MessageBatch.Capacity);
        if (received < 0)
        {
            if (-received is not ((int)Errno.Again or (int)Errno.Interrupted)) traffic.Errors++;
            return;
        }

        long now = PreciseTimer.Now;
        for (int index = 0; index < received; index++) OnFrame(client, batch.Received(index), now);
    }

    private void ReceiveStream(Client client, StreamBuffers stream)
    {
        int kept = stream.TakePartial(_stream);
        int received = client.Socket.Receive(_stream.AsSpan(kept));
        if (received == 0 || received == -(int)Errno.ConnectionReset)
        {
            throw new LoadException($"The server closed the connection of client {client.Index}.");
        }

        ReadOnlySpan<byte> rest = _stream.AsSpan(0, kept + Math.Max(0, received));
        long now = PreciseTimer.Now;
        while (DownlinkFrame.TryReadLength(rest, out int length) && length <= rest.Length)
        {
            OnFrame(client, rest[..length], now);
            rest = rest[length..];
        }

        stream.KeepPartial(rest);
    }

    private void OnFrame(Client client, ReadOnlySpan<byte> frame, long now)
    {
        if (DownlinkFrame.TryReadPayload(frame, out ReadOnlySpan<byte> payload))
        {
            if (_isRelayed) traffic.OnPayload(Directions.Up, client.RelayedPeer, payload, now);
            else traffic.OnPayload(Directions.Down, client.Index, payload, now);
        }
        else if (DownlinkFrame.IsStun(frame))
        {
            onAnswer(client, frame);
        }
        else
        {
            traffic.OnUnreadable();
        }
    }
}
