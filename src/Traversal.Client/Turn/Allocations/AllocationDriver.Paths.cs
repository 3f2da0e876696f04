using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <content>Another way to the server (RFC 8016): asked for by the application, or because the old one broke.</content>
internal sealed partial class AllocationDriver
{
    /// <summary>How often a broken way is replaced before the allocation is given up; each attempt has the patience of any.</summary>
    private const int MaxReplacements = 3;

    private static readonly TimeSpan ReplacementWait = TimeSpan.FromSeconds(1);

    /// <summary>Goes on from another local address. The old way is kept where there is no new one.</summary>
    public async Task<TurnOutcome> MoveAsync(TransportAddress local, CancellationToken cancellationToken)
    {
        if (!_machine.IsMobile) throw new InvalidOperationException("The allocation is not mobile: the server does not offer that, or it was not asked for.");

        LinkResult<ServerLink> connected = await _context.Connector.ConnectAsync(Server, local, cancellationToken).ConfigureAwait(false);
        if (!connected.IsOk) return new TurnOutcome(connected.Status, Server, connected.Detail);

        // The pump sees its link end, and goes on with the one that stands there.
        await Replace(connected.Value).DisposeAsync().ConfigureAwait(false);
        return new TurnOutcome(TurnStatus.Ok, Server);
    }

    /// <summary>Whether there is another way than the one that ended.</summary>
    private async ValueTask<bool> TryReplaceLinkAsync(ServerLink ended, NetworkStatus status)
    {
        for (int attempt = 0; attempt < MaxReplacements; attempt++)
        {
            if (_closing.IsCancellationRequested) return false;
            if (_link != ended) return true;
            if (!_machine.IsMobile || _machine.State != TurnAllocationState.Allocated) break;
            if (attempt > 0) await Task.Delay(ReplacementWait, _context.Environment.Time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            LinkResult<ServerLink> connected = await ReconnectAsync().ConfigureAwait(false);
            if (!connected.IsOk) continue;

            await Replace(connected.Value).DisposeAsync().ConfigureAwait(false);
            return true;
        }

        lock (_gate) LosePath(status);
        return false;
    }

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

    private ServerLink Replace(ServerLink link)
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested) return link;

            ServerLink old = _link;
            _link = link;
            MonotonicTime now = _clock.Now;
            _machine.OnPathChanged(now);
            Serve(now);
            return old;
        }
    }
}
