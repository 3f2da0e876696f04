using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Traversal.Client;
using Traversal.Primitives;

namespace Traversal.Cli;

/// <summary>The STUN server that a command asks.</summary>
internal static class ServerName
{
    public static Argument<string> NewArgument() => new("SERVER") { Description = "HOST, HOST:PORT, or a URI such as stun:HOST; the port defaults to 3478." };

    public static bool TryParse(string text, [NotNullWhen(true)] out ServerUri? server) => ServerUri.TryParse(text, ServerScheme.Stun, out server) && !server.IsTurn;

    /// <summary>The first address of a server for discovery; the default value if it has none.</summary>
    public static async Task<TransportAddress> FindForDiscoveryAsync(ServerUri server, CancellationToken cancellationToken)
    {
        ServerList found = await new ServerResolver().ResolveDiscoveryAsync(server, cancellationToken).ConfigureAwait(false);
        return found.Endpoints.Count > 0 ? found.Endpoints[0].Address : default;
    }
}
