using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Traversal.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="TurnServer"/> with a host.</summary>
public static class TurnServerServiceCollectionExtensions
{
    /// <summary>
    /// Adds a server that starts and stops with the application. A listener that can't be opened, or an option that can't be used, fails the start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; the section of a configuration may be bound besides.</param>
    /// <returns>The same <paramref name="services"/>.</returns>
    public static IServiceCollection AddTraversalServer(this IServiceCollection services, Action<TurnServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<TurnServerOptions> options = services.AddOptions<TurnServerOptions>();
        if (configure is not null) options.Configure(configure);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new TurnServer(
            provider.GetRequiredService<IOptions<TurnServerOptions>>().Value,
            provider.GetService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<TurnServerHostedService>();
        return services;
    }
}
