using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Service.Configuration;

namespace Traversal.Service.Http;

/// <summary>The HTTP side of a running server: <c>/health/live</c>, and <c>/ice-servers</c> for programs of this machine.</summary>
public sealed class HttpSide : IAsyncDisposable
{
    private const int MaxConnections = 1000;

    private readonly WebApplication _application;

    private HttpSide(WebApplication application, IPEndPoint endpoint)
    {
        _application = application;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens; the port is the real one where 0 was asked for.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Starts it.</summary>
    /// <param name="endpoint">Where to listen.</param>
    /// <param name="settings">The settings that credentials are made from.</param>
    /// <param name="server">The running server.</param>
    /// <param name="logging">Where to log.</param>
    /// <param name="time">The wall clock of time-limited credentials.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address can't be bound.</exception>
    public static async Task<HttpSide> StartAsync(
        IPEndPoint endpoint, ServiceSettings settings, TurnServer server, ILoggerFactory logging, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(logging);
        ArgumentNullException.ThrowIfNull(time);

        // Empty: no configuration files, environment variables or command line are read behind the operator's back.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.Services.AddRoutingCore();
        builder.Services.AddHostFiltering(options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", HostName(endpoint.Address)]);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(endpoint);
        });

        WebApplication application = builder.Build();
        try
        {
            application.UseHostFiltering();
            application.UseRouting();
            application.MapGet("/health/live", context => WriteAsync(context, "text/plain", "live"));
            application.MapGet("/ice-servers", context => LocalCallers.IsLocal(context)
                ? WriteAsync(context, "application/json", IceServers.Write(server.Endpoints, settings, time.GetUtcNow()))
                : RefuseAsync(context));
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        int port = addresses?.Addresses.Select(address => new Uri(address).Port).FirstOrDefault() ?? endpoint.Port;
        var bound = new IPEndPoint(endpoint.Address, port);
        server.Protect(TransportAddress.From(bound));
        if (!IPAddress.IsLoopback(bound.Address)) HttpSideLog.Public(logging.CreateLogger("Traversal.Service"), bound);
        return new HttpSide(application, bound);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static string HostName(IPAddress address) => address.GetAddressBytes().Length == 16 ? $"[{address}]" : address.ToString();

    private static Task WriteAsync(HttpContext context, string contentType, string text)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
