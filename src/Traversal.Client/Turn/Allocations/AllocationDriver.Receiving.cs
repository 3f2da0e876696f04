using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <content>
/// Receiving: one thread at a time, the pump, takes what comes from the server. It runs the application's code itself where that waits for data, which saves
/// a change of threads for each packet. Application code that keeps it for long keeps it alone: as soon as the machine is due, another pump takes over.
/// </content>
internal sealed partial class AllocationDriver
{
    // The number of the pump, doubled, and 1 while it runs the application's code.
    private long _pump;

    private void StartPump()
    {
        long pump = Volatile.Read(ref _pump);
        ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start.Driver.PumpAsync(start.Pump), (Driver: this, Pump: pump), preferLocal: false);
    }

    private void TakeOverPump()
    {
        long pump = Volatile.Read(ref _pump);
        if ((pump & 1) != 0 && Interlocked.CompareExchange(ref _pump, pump + 1, pump) == pump) StartPump();
    }

    private async Task PumpAsync(long pump)
    {
        while (true)
        {
            var link = _link;
            ReceivedDatagram arrival = await link.ReceiveAsync().ConfigureAwait(false);
            if (arrival.IsOk)
            {
                if (!OnMessage(link.Received(arrival.Length), pump)) return;
            }
            else if (arrival.Status is NetworkStatus.Refused or NetworkStatus.Unreachable)
            {
                OnPathRefused(arrival.Status);
            }
            else if (arrival.Status != NetworkStatus.TooLong && !await TryReplaceLinkAsync(link, arrival.Status).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>Handles a message; false once another pump has taken over.</summary>
    private bool OnMessage(ReadOnlySpan<byte> message, long pump)
    {
        TurnArrival arrival;
        IAllocationUser? user;
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            arrival = _machine.OnMessage(message, now);
            if (_machine.NextDeadline != _armed || arrival.Kind == TurnArrivalKind.Handled) Serve(now);
            user = _user;
        }

        if (user is null) return true;
        if (arrival.Kind == TurnArrivalKind.PathError) user.OnPathError(arrival.Peer, arrival.Error);
        if (arrival.Kind != TurnArrivalKind.Data || !user.OnData(arrival.Peer, message.Slice(arrival.Offset, arrival.Length))) return true;

        Volatile.Write(ref _pump, pump + 1);
        user.Wake();
        return Interlocked.CompareExchange(ref _pump, pump, pump + 1) == pump + 1;
    }

    // Who sent the ICMP error is not proved: it ends an attempt that has heard nothing yet, not what lives.
    private void OnPathRefused(NetworkStatus status)
    {
        lock (_gate)
        {
            if (_machine.State == TurnAllocationState.Allocating) LosePath(status);
        }
    }

    private void LosePath(NetworkStatus status)
    {
        string detail = status == NetworkStatus.Closed ? "the connection was closed" : status.Describe();
        bool isAllocating = _machine.State == TurnAllocationState.Allocating;
        _pathLoss = status == NetworkStatus.Failed
            ? new TurnOutcome(TurnStatus.BadAnswer, Server, "what it sends is no TURN")
            : new TurnOutcome(isAllocating ? TurnStatus.Unreachable : TurnStatus.PathLost, Server, detail);
        _machine.OnPathLost();
        Serve(_clock.Now);
    }
}
