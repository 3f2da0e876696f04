using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Receives at the peers what went up through the server.</summary>
internal sealed class PeerReceiver : IDisposable
{
    private const int MaxSharedBatchesPerTurn = 4;

    private readonly Traffic _traffic;
    private readonly MessageBatch _batch;
    private readonly EpollSet? _peers;
    private readonly NativeSocket? _shared;

    public PeerReceiver(Traffic traffic, MessageBatch batch)
    {
        _traffic = traffic;
        _batch = batch;
        if (traffic.Options.Peers == PeerArrangement.Shared)
        {
            _shared = traffic.Clients[0].Peer;
            return;
        }

        _peers = new EpollSet();
        foreach (Client client in traffic.Clients) _peers.Add(client.Peer!, client.Index);
    }

    /// <summary>Takes a share of what has arrived. False when that is nothing.</summary>
    public bool Receive() => _shared is null ? ReceiveAtEach() : ReceiveAt(_shared);

    public void Dispose() => _peers?.Dispose();

    private bool ReceiveAtEach()
    {
        int ready = _peers!.Wait(0);
        for (int index = 0; index < ready; index++)
        {
            int flow = _peers.Key(index);
            ReceiveBatch(_traffic.Clients[flow].Peer!, flow);
        }

        return ready > 0;
    }

    private bool ReceiveAt(NativeSocket shared)
    {
        int batches = 0;
        while (batches < MaxSharedBatchesPerTurn)
        {
            int received = ReceiveBatch(shared, flow: -1);
            if (received > 0) batches++;
            if (received < MessageBatch.Capacity) break;
        }

        return batches > 0;
    }

    private int ReceiveBatch(NativeSocket socket, int flow)
    {
        int received = _batch.Receive(socket, MessageBatch.Capacity);
        if (received < 0)
        {
            if (-received is not ((int)Errno.Again or (int)Errno.Interrupted)) _traffic.Errors++;
            return 0;
        }

        long now = PreciseTimer.Now;
        for (int index = 0; index < received; index++) _traffic.OnPayload(Directions.Up, flow, _batch.Received(index), now);
        return received;
    }
}
