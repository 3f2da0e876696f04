using Traversal.Primitives;

namespace Traversal.Client.Allocations;

internal sealed partial class AllocationDriver
{
    private async Task RenewAsync(MonotonicTime deadline)
    {
        if (_context.Options.RenewLogin is not { } renew) return;

        // The application's code runs in a thread of its own, not in the one that holds the machine.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (await AskAsync(renew, deadline - _clock.Now).ConfigureAwait(false) is not { } login) return;

        _context.Login = login;
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            _machine.Renew(_context.ToCredential(login), now);
            Serve(now);
            _user?.OnLoginRenewed();
        }
    }

    private async Task<TurnLogin?> AskAsync(Func<TurnLoginRequest, CancellationToken, ValueTask<TurnLogin?>> renew, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(TimerExtensions.Clamp(patience), _context.Environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _closing.Token);
        try
        {
            return await renew(new TurnLoginRequest(Server, _machine.TokenServerName), either.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            ClientLog.LoginNotRenewed(_context.Logger, failure);
            return null;
        }
    }
}
