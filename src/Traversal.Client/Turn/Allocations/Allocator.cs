using Traversal.Client.Links;
using Traversal.Peer.Dns;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>Makes one allocation, by as many attempts as RFC 8656 section 7.4 has for it: from other ports, at the servers that it is sent to.</summary>
internal sealed class Allocator(TurnContext context, TurnAllocationOptions wanted)
{
    /// <summary>How many ports are tried where the server still holds an allocation of one (RFC 8656 section 7.4, 437).</summary>
    private const int MaxPorts = 3;

    private readonly TurnRedirections _redirections = new();
    private int _ports = 1;

    /// <summary>Makes it.</summary>
    /// <returns>The running allocation, or null and why there is none.</returns>
    public async Task<(AllocationDriver? Driver, TurnOutcome Outcome)> RunAsync(TurnServerEndpoint server, CancellationToken cancellationToken)
    {
        while (true)
        {
            LinkResult<ServerLink> connected = await context.Connector.ConnectAsync(server, LocalAddress, cancellationToken).ConfigureAwait(false);
            if (!connected.IsOk) return (null, new TurnOutcome(connected.Status, server, connected.Detail));

            var driver = new AllocationDriver(context, server, connected.Value, OptionsFor(server));
            if (await IsAllocatedAsync(driver, cancellationToken).ConfigureAwait(false)) return (driver, new TurnOutcome(TurnStatus.Ok, server));

            TurnOutcome outcome = await driver.Ended.ConfigureAwait(false);
            await driver.DisposeAsync().ConfigureAwait(false);
            if (Next(server, driver.Failure!) is not { } next) return (null, outcome);

            server = next;
        }
    }

    // A port that was named is left to the system where it did not do.
    private TransportAddress LocalAddress =>
        _ports == 1 ? context.Options.LocalAddress : context.Options.LocalAddress.WithPort(0);

    private TurnServerEndpoint? Next(TurnServerEndpoint server, TurnFailure failure)
    {
        switch (failure.Advice)
        {
            case TurnRetryAdvice.TryAnotherPort when _ports < MaxPorts:
                _ports++;
                return server;
            case TurnRetryAdvice.TryAlternateServer:
                ClientLog.Redirected(context.Logger, server, failure.AlternateServer);
                return server with { Address = failure.AlternateServer, Name = IsHostName(failure.AlternateDomain) ? failure.AlternateDomain : server.Name };
            default:
                return null;
        }
    }

    // The server wrote it: what no host is called names no certificate either, and the one of the first name is wanted still.
    private static bool IsHostName(string? domain) => DnsName.TryParse(domain, out _) && Uri.CheckHostName(domain) == UriHostNameType.Dns;

    private static async Task<bool> IsAllocatedAsync(AllocationDriver driver, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAny(driver.Allocated, driver.Ended).WaitAsync(cancellationToken).ConfigureAwait(false) == driver.Allocated;
        }
        catch
        {
            await driver.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private TurnAllocationOptions OptionsFor(TurnServerEndpoint server) => new()
    {
        Server = server.Address,
        IsStream = server.IsStream,
        RelaysConnections = wanted.RelaysConnections,
        Family = wanted.Family,
        AdditionalIPv6 = wanted.AdditionalIPv6,
        Lifetime = wanted.Lifetime,
        EvenPort = wanted.EvenPort,
        ReserveNextPort = wanted.ReserveNextPort,
        ReservationToken = wanted.ReservationToken,
        DontFragment = wanted.DontFragment,
        Mobility = wanted.Mobility,
        BindChannels = wanted.BindChannels,
        MaxPermissions = wanted.MaxPermissions,
        MaxChannels = wanted.MaxChannels,
        RenewsCredential = context.Options.RenewLogin is not null,
        PrefersTokens = context.Options.PrefersTokens,
        Software = context.Options.Software,
        Redirections = _redirections,
    };
}
