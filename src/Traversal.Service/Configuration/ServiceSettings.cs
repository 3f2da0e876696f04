using System.Net;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Service.WebSockets;

namespace Traversal.Service.Configuration;

/// <summary>All that the service runs with, read from flags, environment and file.</summary>
public sealed class ServiceSettings
{
    /// <summary>The relay itself.</summary>
    public TurnServerOptions Server { get; } = new();

    /// <summary>Which of the relay addresses, by their place in the list, a STUN server is to be asked about for their external form.</summary>
    public IList<int> AutomaticRelayAddresses { get; } = [];

    /// <summary>The STUN server that is asked, as HOST or HOST:PORT; null where there is nothing to ask.</summary>
    public string? StunServer { get; set; }

    /// <summary>Where the HTTP side listens; null for none. Defaults to 127.0.0.1:8080.</summary>
    public IPEndPoint? Http { get; set; } = new(IPAddress.Loopback, 8080);

    /// <summary>Where TURN is spoken over WebSockets. Defaults to nowhere.</summary>
    public IList<WebSocketEndpoint> WebSockets { get; } = [];

    /// <summary>The origins of web pages that may open WebSockets, such as <c>https://example.org</c>; any if there are none.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>The credential that was made because none was given; null where there is one.</summary>
    public GeneratedCredential? Generated { get; private set; }

    /// <summary>Fills in what was left out: listeners, and a credential where none was given.</summary>
    internal void Complete()
    {
        Server.AcceptsWebSockets = WebSockets.Count > 0;
        if (Server.Listeners.Count == 0 && !Server.AcceptsWebSockets)
        {
            foreach (string endpoint in DefaultListeners.Where(IsUsable)) Server.Listeners.Add(ListenEndpoint.Parse(endpoint));
        }

        if (Http is { } http) Server.ProtectedEndpoints.Add(TransportAddress.From(http));
        if (Server.Users.Count > 0 || Server.AuthSecrets.Count > 0 || Server.TokenKeys.Count > 0) return;
        Generated = GeneratedCredential.Create();
        Server.Users[Generated.Username] = Generated.Password;
    }

    private static readonly string[] DefaultListeners = ["udp://0.0.0.0:3478", "tcp://0.0.0.0:3478", "udp://[::]:3478", "tcp://[::]:3478"];

    private static bool IsUsable(string endpoint) => !endpoint.Contains('[', StringComparison.Ordinal) || System.Net.Sockets.Socket.OSSupportsIPv6;
}
