using System.CommandLine;
using Traversal.Client;
using Traversal.Primitives;

namespace Traversal.Cli;

/// <summary>The STUN server that a command asks.</summary>
internal static class ServerName
{
    public static Argument<string> NewArgument() => new("SERVER") { Description = "HOST, HOST:PORT, or a URI such as stun:HOST; the port defaults to 3478." };

    public static bool TryParse(string text, out ServerUri? server) => ServerUri.TryParse(text, ServerScheme.Stun, out server);

    /// <summary>The first UDP address of a server; the default value if it has none.</summary>
    public static async Task<TransportAddress> FindAsync(ServerUri server, CancellationToken cancellationToken)
    {
        var plain = new ServerUri(ServerScheme.Stun, server.Host, server.Port);
        ServerList found = await new ServerResolver().ResolveAsync(plain, [ServerTransport.Udp], cancellationToken).ConfigureAwait(false);
        return found.Endpoints.Count > 0 ? found.Endpoints[0].Address : default;
    }
}
