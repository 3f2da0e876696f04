using System.Diagnostics;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Stun.Discovery;

namespace Traversal.Client;

/// <summary>
/// Finds out what kind of NAT or firewall is in the way, with the help of a server that has two addresses (RFC 5780). Thread-safe: it keeps nothing
/// between discoveries.
/// </summary>
/// <param name="environment">The system's network and clock if null.</param>
public sealed class NatDiscovery(ClientEnvironment? environment = null)
{
    private static readonly RetransmissionSchedule Once = new(RetransmissionSchedule.DefaultInitialTimeout, 1, RetransmissionSchedule.DefaultInitialTimeout);

    private readonly ClientEnvironment _environment = environment ?? ClientEnvironment.System;

    /// <summary>Finds a server (RFC 5780 section 5.1) and discovers with its first address.</summary>
    /// <param name="server">Where it is: <c>stun:</c>, as the tests are made over UDP.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>As with an address, or <see cref="NetworkStatus.NotFound"/>.</returns>
    public async Task<NetworkResult<NatBehavior>> DiscoverAsync(ServerUri server, CancellationToken cancellationToken = default)
    {
        ServerList found = await new ServerResolver(_environment).ResolveDiscoveryAsync(server, cancellationToken).ConfigureAwait(false);
        return found.Endpoints.Count == 0
            ? new(NetworkStatus.NotFound)
            : await DiscoverAsync(found.Endpoints[0].Address, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DiscoverAsync(DiscoverySettings, TransportAddress, CancellationToken)"/>
    /// <param name="server">The server's address for UDP, as <see cref="ServerResolver.ResolveDiscoveryAsync"/> finds it by name.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    public Task<NetworkResult<NatBehavior>> DiscoverAsync(TransportAddress server, CancellationToken cancellationToken = default) =>
        DiscoverAsync(new DiscoverySettings { Server = server }, cancellationToken: cancellationToken);

    /// <summary>Discovers; from under a second, where nothing is filtered, to some seconds, and longer with <see cref="DiscoverySettings.LongestSilence"/>.</summary>
    /// <param name="settings">Whom to ask, and what.</param>
    /// <param name="local">The address of this machine to ask from; the default value for the route's. Its port is not looked at.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>What was found, with a reason for each thing that was not, so also where the server did not answer
    /// (see <see cref="NatBehavior.IsReachable"/>); a failure only where no socket can be opened, or nobody listens there.</returns>
    /// <exception cref="ArgumentException">The settings contradict each other.</exception>
    public async Task<NetworkResult<NatBehavior>> DiscoverAsync(
        DiscoverySettings settings, TransportAddress local = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using Activity? activity = ClientTelemetry.Activities.StartActivity("nat.discover", ActivityKind.Client);

        // A socket for the server alone knows the address that the route to it starts from.
        NetworkResult<IDatagramSocket> route = _environment.Network.OpenDatagram(local.WithPort(0), settings.Server);
        if (!route.IsOk) return new(route.Status);
        TransportAddress source = route.Value.LocalAddress.WithPort(0);
        route.Value.Dispose();

        using var run = new DiscoveryRun(_environment);
        NetworkStatus opened = run.Open(settings, in source);
        if (opened != NetworkStatus.Ok) return new(opened);

        NatBehavior? behavior = await RunAsync(run, settings.Server, cancellationToken).ConfigureAwait(false);
        if (behavior is null) return new(NetworkStatus.Refused);

        activity?.SetTag("mapping", behavior.Mapping.ToString());
        activity?.SetTag("filtering", behavior.Filtering.ToString());
        return new(behavior);
    }

    // Null if nobody listens there: sockets that are open to everybody are not told of ICMP errors, so one for the server alone asks too.
    private async Task<NatBehavior?> RunAsync(DiscoveryRun run, TransportAddress server, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<NatBehavior> discovering = run.RunAsync(over.Token);
        Task<StunResult> asking = new DatagramQuery(_environment, new StunClientOptions { Retransmission = Once }, server).RunAsync(over.Token);
        bool isRefused = await Task.WhenAny(discovering, asking).ConfigureAwait(false) == asking
            && asking is { IsCompletedSuccessfully: true, Result.Status: StunStatus.Unreachable };
        if (!isRefused) await ((Task)discovering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(discovering, asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return isRefused ? null : await discovering.ConfigureAwait(false);
    }
}
