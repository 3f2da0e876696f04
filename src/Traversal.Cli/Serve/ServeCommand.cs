using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Traversal.Server;
using Traversal.Service.Configuration;
using Traversal.Service.Http;
using Traversal.Service.WebSockets;

namespace Traversal.Cli.Serve;

/// <summary><c>traversal serve</c>: runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    private static readonly Option<string?> ConfigFile = new("--config") { Description = "Configuration file; flags and environment win over it.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("serve", "Run a STUN and TURN server. Without options: port 3478 of every address and a random credential.");
        var flags = SettingKeys.All.ToDictionary(key => key, CreateFlag);
        foreach (Option<string[]> flag in flags.Values) command.Add(flag);
        command.Add(ConfigFile);
        command.SetAction((result, _) => RunAsync(result, flags));
        return command;
    }

    private static Option<string[]> CreateFlag(SettingKey key) => new(key.Flag)
    {
        Description = $"{key.Help}{(key.Repeats ? " Repeatable." : "")} Environment: {key.Variable}.",
        HelpName = key.IsSecret ? $"{key.Value}|@FILE" : key.Value,
        Arity = key.IsSwitch ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    private static async Task<int> RunAsync(ParseResult result, Dictionary<SettingKey, Option<string[]>> flags)
    {
        try
        {
            ServiceSettings settings = ReadSettings(result, flags);
            return await ServeAsync(settings).ConfigureAwait(false);
        }
        catch (SettingsException mistake)
        {
            return Exit.Usage(mistake.Message);
        }
        catch (TurnServerOptionsException mistake)
        {
            return Exit.Usage(SettingKeys.FlagOf(mistake.Option) is { } flag ? $"{flag}: {mistake.Reason}" : mistake.Message);
        }
        catch (ListenException failure)
        {
            return Exit.Failure(failure.Message);
        }
    }

    private static ServiceSettings ReadSettings(ParseResult result, Dictionary<SettingKey, Option<string[]>> flags)
    {
        var layers = new SettingLayers();
        if (result.GetValue(ConfigFile) is { } file) layers.AddFile(file);
        layers.AddEnvironment(Environment.GetEnvironmentVariable);
        foreach ((SettingKey key, Option<string[]> flag) in flags)
        {
            if (result.GetResult(flag) is not null && result.GetValue(flag) is { } values)
                layers.Set(key, key.Flag, key.IsSwitch && values.Length == 0 ? ["true"] : values);
        }

        return layers.Build();
    }

    private static async Task<int> ServeAsync(ServiceSettings settings)
    {
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // Its one error repeats, with a stack trace, the failure that the command ends with.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            })
            .AddConsole(console =>
            {
                console.LogToStandardErrorThreshold = LogLevel.Trace;

                // A reader that stopped reading must not stop the relay.
                console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            }));

        if (settings.Http is { } endpoint) RequireFreePort($"--http {endpoint}", endpoint);
        foreach (WebSocketEndpoint webSockets in settings.WebSockets) RequireFreePort(webSockets.ToString(), webSockets.Address.ToIPEndPoint());
        StopSignal.Listen();
        await ExternalAddresses.ResolveAsync(settings, StopSignal.Requested).ConfigureAwait(false);
        var server = new TurnServer(settings.Server, logging);
        HttpSide? http = null;
        var listeners = new List<WebSocketListener>();
        try
        {
            await server.StartAsync(StopSignal.Requested).ConfigureAwait(false);
            foreach (WebSocketEndpoint webSockets in settings.WebSockets)
            {
                listeners.Add(await StartWebSocketsAsync(webSockets, settings, server, logging, StopSignal.Requested).ConfigureAwait(false));
            }

            http = await StartHttpAsync(settings, server, logging, StopSignal.Requested).ConfigureAwait(false);
            Banner.Print(Console.Out, server, settings, listeners.Select(listener => listener.Endpoint), http?.Endpoint);
            await Task.WhenAny(StopSignal.WaitAsync(), server.Failed).ConfigureAwait(false);
            if (server.Failed.IsCompleted) return Exit.Failure("a worker failed for good; its log says why");
            await server.StopAsync(StopSignal.Forced).ConfigureAwait(false);
            return Exit.Success;
        }
        catch (OperationCanceledException) when (StopSignal.Requested.IsCancellationRequested)
        {
            return Exit.Success; // Told to stop before it was up.
        }
        finally
        {
            if (http is not null) await http.DisposeAsync().ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
            foreach (WebSocketListener listener in listeners) await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<WebSocketListener> StartWebSocketsAsync(
        WebSocketEndpoint endpoint, ServiceSettings settings, TurnServer server, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        try
        {
            return await WebSocketListener.StartAsync(endpoint, settings.Origins, server, logging, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            throw new ListenException($"{endpoint}: {(problem.InnerException ?? problem).Message}");
        }
    }

    private static async Task<HttpSide?> StartHttpAsync(
        ServiceSettings settings, TurnServer server, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        if (settings.Http is not { } endpoint) return null;
        try
        {
            return await HttpSide.StartAsync(endpoint, settings, server, logging, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            throw new ListenException($"--http {endpoint}: {(problem.InnerException ?? problem).Message}");
        }
    }

    // What stands on HTTP starts last. Asking for its port first lets a taken one end the command before anything else is said.
    private static void RequireFreePort(string name, IPEndPoint endpoint)
    {
        try
        {
            using var probe = new TcpListener(endpoint);
            probe.Start();
        }
        catch (SocketException taken)
        {
            throw new ListenException($"{name}: {taken.Message}");
        }
    }
}
