using System.Runtime.ExceptionServices;
using Traversal.Client.Network;
using Traversal.Client.Network.Sockets;
using Traversal.Connectivity;
using Traversal.Primitives;
using Traversal.Transport.Linux;

namespace Traversal.Client.Ice;

/// <content>
/// Receiving: for each port one thread at a time, its pump. It runs the application's code itself where that waits for data, which saves a change of threads for
/// each packet. Application code that keeps it for long keeps it alone: as soon as the machine is due, another pump takes over.
/// </content>
internal sealed partial class ConnectivityDriver
{
    // A thousand packets that strangers have had joined must not keep others from sending meanwhile.
    private const int MostAtOnce = 64;

    private void Start(Port port) => ThreadPool.UnsafeQueueUserWorkItem(
        static start => _ = start.Driver.ReceiveAsync(start.Pump), (Driver: this, port.Pump), preferLocal: false);

    private async Task ReceiveAsync(Pump<Port> pump)
    {
        try
        {
            await (pump.Way is BasePort { Batches: { } socket } ? RunAsync(pump, socket) : RunAsync(pump)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Code of the application that was run here threw. A port that nobody receives by is of no use, and whoever threw is to hear of it.
            OnBroken(pump.Way);
            ThreadPool.UnsafeQueueUserWorkItem(static thrown => thrown.Throw(), ExceptionDispatchInfo.Capture(failure), preferLocal: false);
        }
    }

    private void TakeOver(Port port)
    {
        if (port.TryTakeOver()) Start(port);
    }

    private async Task RunAsync(Pump<Port> pump)
    {
        Port port = pump.Way;
        while (true)
        {
            ReceivedDatagram arrival = await port.ReceiveAsync().ConfigureAwait(false);
            if (arrival.IsOk)
            {
                if (!OnPacket(pump, in arrival)) return;
            }
            else if (!port.Survives(arrival.Status))
            {
                OnBroken(port);
                return;
            }
        }
    }

    private async Task RunAsync(Pump<Port> pump, BatchedDatagramSocket socket)
    {
        do await socket.WaitAsync().ConfigureAwait(false);
        while (Drain(pump, socket));
    }

    /// <summary>Handles what there is; false once another pump has taken over, or there will be no more.</summary>
    private bool Drain(Pump<Port> pump, BatchedDatagramSocket socket)
    {
        DatagramBatch batch = DatagramBatch.Rent();
        try
        {
            do
            {
                if (!socket.TryReceive(batch))
                {
                    OnBroken(pump.Way);
                    return false;
                }

                if (batch.Count > 0 && !OnBatch(pump, batch)) return false;
            }
            while (socket.ExpectsMore);

            return true;
        }
        finally
        {
            batch.Return();
        }
    }

    /// <summary>Handles packets; false once another pump has taken over.</summary>
    private bool OnBatch(Pump<Port> pump, DatagramBatch batch)
    {
        TransportAddress local = ((BasePort)pump.Way).Address;
        for (int from = 0; from < batch.Count; from += MostAtOnce) OnPackets(in local, batch, from, Math.Min(batch.Count, from + MostAtOnce));

        if (Sink is { } sink) return Deliver(sink, batch, pump);
        if (!Inbox.Put(batch)) return true;

        pump.Lend();
        Inbox.Wake(batch);
        return pump.TryResume();
    }

    private void OnPackets(in TransportAddress local, DatagramBatch batch, int from, int end)
    {
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            bool isHandled = false;
            for (int i = from; i < end; i++)
            {
                ConnectivityArrival arrival = _machine.OnPacket(in local, in batch.Source(i), batch.Bytes(i), now);
                isHandled |= arrival.Kind == ConnectivityArrivalKind.Handled;
                if (arrival.Kind == ConnectivityArrivalKind.Data) batch.Keep(i, arrival.Offset, arrival.Length);
            }

            if (isHandled) Serve(now);
        }
    }

    /// <summary>Handles a packet; false once another pump has taken over.</summary>
    private bool OnPacket(Pump<Port> pump, in ReceivedDatagram packet)
    {
        Port port = pump.Way;
        ConnectivityArrival arrival;
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            arrival = port.Hand(_machine, in packet, now);
            if (arrival.Kind == ConnectivityArrivalKind.Handled) Serve(now);
        }

        if (arrival.Kind != ConnectivityArrivalKind.Data) return true;
        ReadOnlySpan<byte> data = port.Received(packet.Length).Slice(arrival.Offset, arrival.Length);
        if (Sink is { } sink)
        {
            sink.OnDatagram(data);
            return Deliver(sink, pump);
        }

        if (!Inbox.Put(default, data)) return true;

        pump.Lend();
        Inbox.Wake();
        return pump.TryResume();
    }

    private static bool Deliver(IDatagramSink sink, DatagramBatch batch, Pump<Port> pump)
    {
        if (!batch.HasMore) return true;

        while (batch.TryTake(out ReadOnlySpan<byte> data)) sink.OnDatagram(data);
        return Deliver(sink, pump);
    }

    // What ends a batch may run the application's code.
    private static bool Deliver(IDatagramSink sink, Pump<Port> pump)
    {
        pump.Lend();
        sink.OnBatchEnd();
        return pump.TryResume();
    }

    private void OnBroken(Port port)
    {
        MonotonicTime now;
        lock (_gate)
        {
            if (port.IsClosing) return;

            now = _clock.Now;
            Remove(port, now);
            Serve(now);
        }

        _user.OnPortLost(port, now);
    }

    // Its end may run code that wants the machine, which is held here.
    private void Remove(Port port, MonotonicTime now)
    {
        port.IsClosing = true;
        if (port is BasePort socket)
        {
            _bases.Remove(socket);
            _machine.RemoveBase(socket.Address, now);
        }
        else if (port is LinkPort link)
        {
            _links.Remove(link);
            _machine.OnLinkClosed(link.Number, now);
        }

        ThreadPool.UnsafeQueueUserWorkItem(static port => _ = port.DisposeAsync().AsTask(), port, preferLocal: false);
    }
}
