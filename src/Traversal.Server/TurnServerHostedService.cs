using Microsoft.Extensions.Hosting;

namespace Traversal.Server;

/// <summary>Starts the server with the host and drains it when the host stops.</summary>
internal sealed class TurnServerHostedService(TurnServer server) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);
}
