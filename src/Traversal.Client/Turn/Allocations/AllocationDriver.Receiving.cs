using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <content>
/// Receiving: one thread at a time, the pump, takes what comes by a way from the server. It runs the application's code itself where that waits for data, which saves
/// a change of threads for each packet. Application code that keeps it for long keeps it alone: as soon as the machine is due, another pump takes over.
/// </content>
internal sealed partial class AllocationDriver
{
    private Pump<ServerLink> _pump;

    private void StartPump() => ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start.Driver.RunAsync(start.Pump), (Driver: this, Pump: _pump), preferLocal: false);

    private void TakeOverPump()
    {
        lock (_gate)
        {
            if (!_pump.TryTakeOver()) return;

            _pump = new Pump<ServerLink>(_pump.Way);
            StartPump();
        }
    }

    private async Task RunAsync(Pump<ServerLink> pump)
    {
        ServerLink link = pump.Way;
        while (true)
        {
            ReceivedDatagram arrival = await link.ReceiveAsync().ConfigureAwait(false);
            if (arrival.IsOk)
            {
                if (!OnMessage(link.Received(arrival.Length), pump)) return;
            }
            else if (arrival.Status is NetworkStatus.Refused or NetworkStatus.Unreachable || (arrival.Status == NetworkStatus.Failed && !link.IsStream))
            {
                OnPathRefused(arrival.Status);
            }
            else if (arrival.Status != NetworkStatus.TooLong)
            {
                await OnLinkEndedAsync(link, arrival.Status).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>Handles a message; false once another pump has taken over.</summary>
    private bool OnMessage(ReadOnlySpan<byte> message, Pump<ServerLink> pump)
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

        pump.Lend();
        user.Wake();
        return pump.TryResume();
    }

    private void OnPathRefused(NetworkStatus status)
    {
        lock (_gate)
        {
            LosePathIfNew(status);
            Serve(_clock.Now);
        }
    }

    // Who sent the ICMP error is not proved: it ends an attempt that has heard nothing yet, not what lives.
    private void LosePathIfNew(NetworkStatus status)
    {
        if (status is NetworkStatus.Refused or NetworkStatus.Unreachable && _machine.State == TurnAllocationState.Allocating) LosePath(status);
    }

    private void LosePath(NetworkStatus status)
    {
        string detail = status == NetworkStatus.Closed ? "the connection was closed" : status.Describe();
        bool isAllocating = _machine.State == TurnAllocationState.Allocating;
        _pathLoss = status == NetworkStatus.Failed
            ? new TurnOutcome(TurnStatus.BadAnswer, Server, "what it sends is no TURN")
            : new TurnOutcome(isAllocating ? TurnStatus.Unreachable : TurnStatus.PathLost, Server, detail);
        _machine.OnPathLost();
    }
}
