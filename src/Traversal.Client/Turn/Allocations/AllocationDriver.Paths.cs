using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <content>Another way to the server (RFC 8016): asked for by the application, or because the old one broke.</content>
internal sealed partial class AllocationDriver
{
    /// <summary>How often a broken way is replaced, without an answer by any, before the allocation is given up; each attempt has the patience of any.</summary>
    private const int MaxReplacements = 3;

    /// <summary>How long a way must last for the next one to be taken at once: a server may answer on each, and hang up.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1), LongestWait = TimeSpan.FromSeconds(30);

    private MonotonicTime _linkBegan;
    private TimeSpan _wait;
    private int _replacements;

    /// <summary>Goes on from another local address. The old way is kept where there is no new one.</summary>
    public async Task<TurnOutcome> MoveAsync(TransportAddress local, CancellationToken cancellationToken)
    {
        if (!_machine.IsMobile) throw new InvalidOperationException("The allocation is not mobile: the server does not offer that, or it was not asked for.");

        LinkResult<ServerLink> connected = await _context.Connector.ConnectAsync(Server, local, cancellationToken).ConfigureAwait(false);
        if (connected.IsOk && !TryGoBy(connected.Value)) await connected.Value.DisposeAsync().ConfigureAwait(false);
        return new TurnOutcome(connected.Status, Server, connected.Detail);
    }

    private async Task OnLinkEndedAsync(ServerLink ended, NetworkStatus status)
    {
        if (IsNeeded(ended) && _clock.Now - _linkBegan >= LeastAge) _wait = TimeSpan.Zero;
        while (_replacements < MaxReplacements && IsNeeded(ended) && _machine is { IsMobile: true, State: TurnAllocationState.Allocated })
        {
            _replacements++;
            await Task.Delay(_wait, _context.Environment.Time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _wait = _wait == TimeSpan.Zero ? FirstWait : _wait < LongestWait / 2 ? _wait * 2 : LongestWait;

            LinkResult<ServerLink> connected = await ReconnectAsync().ConfigureAwait(false);
            if (!connected.IsOk) continue;

            if (!IsNeeded(ended) || !TryGoBy(connected.Value)) await connected.Value.DisposeAsync().ConfigureAwait(false);
            return;
        }

        lock (_gate)
        {
            if (!IsNeeded(ended)) return;

            LosePath(status);
            Serve(_clock.Now);
        }
    }

    private bool IsNeeded(ServerLink link) => _pump.Way == link && !_closing.IsCancellationRequested;

    private async Task<LinkResult<ServerLink>> ReconnectAsync()
    {
        try
        {
            return await _context.Connector.ConnectAsync(Server, _context.Options.LocalAddress.WithPort(0), _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new(TurnStatus.Closed, "");
        }
    }

    // What still comes by the old way is received until the server follows, and a connection that ended early would take the allocation with it.
    private bool TryGoBy(ServerLink link)
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested) return false;

            LeaveOldLink();
            _oldLink = _pump.Way;
            _pump = new Pump<ServerLink>(link);
            StartPump();
            MonotonicTime now = _linkBegan = _clock.Now;
            _machine.OnPathChanged(now);
            Serve(now);
            return true;
        }
    }

    // Its end may run code that wants the machine, which is held here.
    private void LeaveOldLink()
    {
        if (_oldLink is not null) ThreadPool.UnsafeQueueUserWorkItem(static link => _ = link.DisposeAsync().AsTask(), _oldLink, preferLocal: false);
        _oldLink = null;
    }
}
