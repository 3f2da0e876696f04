using Traversal.Client.Ice;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client;

/// <content>The addresses of this machine, which come and go.</content>
public sealed partial class IceConnection
{
    /// <summary>Changes come in flocks: an address goes, another comes, routes follow.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _following = new(1, 1);
    private IDisposable? _watch;
    private int _isFollowing;

    private bool HasOwnAddresses => _options.LocalAddresses.Count > 0;

    /// <summary>
    /// Looks at the addresses of this machine: new ones are used, those that are gone are not, and after a change there is a restart. Where the system tells of
    /// changes it happens by itself; it does nothing where <see cref="IceConnectionOptions.LocalAddresses"/> says which to use.
    /// </summary>
    public async Task FollowAddressesAsync()
    {
        if (HasOwnAddresses || _hasStarted == 0) return;

        await _following.WaitAsync(_closing.Token).ConfigureAwait(false);
        try
        {
            if (OpenBases()) _ = RestartAsync(CancellationToken.None);
        }
        finally
        {
            _following.Release();
        }
    }

    /// <returns>Whether anything is other than before.</returns>
    private bool OpenBases()
    {
        if (HasOwnAddresses)
        {
            foreach (TransportAddress local in _options.LocalAddresses) Open(local);
            return true;
        }

        _watch ??= _environment.Network.WatchAddresses(FollowAddresses);
        TransportAddress[] there = [.. HostAddresses.Choose(_environment.Network.GetLocalAddresses(), _options.InterfaceFilter).Select(address => address.Address)];
        TransportAddress[] known = [.. _driver.Do(static (machine, _, _) => machine.Bases.Select(local => local.WithPort(0)).Distinct().ToArray(), 0)];
        foreach (TransportAddress gone in known.Except(there)) _driver.Close(gone);
        foreach (TransportAddress added in there.Except(known)) Open(added);
        return !there.ToHashSet().SetEquals(known);
    }

    private void Open(TransportAddress local)
    {
        NetworkStatus status = _driver.Open(in local);
        if (status != NetworkStatus.Ok) ClientLog.BaseNotOpened(_logger, local, status);
    }

    // Called by any thread, and where the machine is held.
    private void FollowAddresses()
    {
        if (Interlocked.Exchange(ref _isFollowing, 1) == 0) _ = FollowLaterAsync();
    }

    private async Task FollowLaterAsync()
    {
        try
        {
            await Task.Delay(SettlingTime, _environment.Time, _closing.Token).ConfigureAwait(false);
            Volatile.Write(ref _isFollowing, 0);
            await FollowAddressesAsync().ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The connection was disposed of meanwhile.
        }
    }
}
