using System.Net;
using Traversal.Primitives;
using Traversal.Server;

namespace Traversal.Service.Configuration;

/// <summary>All that the service runs with, read from flags, environment and file.</summary>
public sealed class ServiceSettings
{
    /// <summary>The relay itself.</summary>
    public TurnServerOptions Server { get; } = new();

    /// <summary>Where the HTTP side listens; null for none. Defaults to 127.0.0.1:8080.</summary>
    public IPEndPoint? Http { get; set; } = new(IPAddress.Loopback, 8080);

    /// <summary>The credential that was made because none was given; null where there is one.</summary>
    public GeneratedCredential? Generated { get; private set; }

    /// <summary>Fills in what was left out: listeners, and a credential where none was given.</summary>
    internal void Complete()
    {
        if (Server.Listeners.Count == 0)
        {
            foreach (string endpoint in DefaultListeners.Where(IsUsable)) Server.Listeners.Add(ListenEndpoint.Parse(endpoint));
        }

        if (Http is { } http) Server.ProtectedEndpoints.Add(TransportAddress.From(http));
        if (Server.Users.Count > 0 || Server.AuthSecrets.Count > 0) return;
        Generated = GeneratedCredential.Create();
        Server.Users[Generated.Username] = Generated.Password;
    }

    private static readonly string[] DefaultListeners = ["udp://0.0.0.0:3478", "tcp://0.0.0.0:3478", "udp://[::]:3478", "tcp://[::]:3478"];

    private static bool IsUsable(string endpoint) => !endpoint.Contains('[', StringComparison.Ordinal) || System.Net.Sockets.Socket.OSSupportsIPv6;
}
