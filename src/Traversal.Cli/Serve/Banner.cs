using System.Net;
using Traversal.Server;
using Traversal.Service.Configuration;
using Traversal.Service.Http;
using Traversal.Service.WebSockets;
using Traversal.Turn.Server;

namespace Traversal.Cli.Serve;

/// <summary>What a person reads when the server is up: where it listens, how to get in, and whom clients may reach.</summary>
internal static class Banner
{
    public static void Print(TextWriter output, TurnServer server, ServiceSettings settings, IEnumerable<WebSocketEndpoint> webSockets, IPEndPoint? http)
    {
        output.WriteLine("Traversal is up.");
        output.WriteLine();
        foreach (ListenEndpoint endpoint in server.Endpoints) output.WriteLine($"  listening   {endpoint}");
        if (server.DiscoveryEndpoints.Count > 0) output.WriteLine($"  discovery   and {string.Join(", ", server.DiscoveryEndpoints)}  (RFC 5780)");
        foreach (WebSocketEndpoint endpoint in webSockets) output.WriteLine($"  listening   {endpoint}");
        foreach (RelayHostAddress host in settings.Server.Relay.RelayAddresses) output.WriteLine($"  relaying    {Describe(host)}");
        if (http is not null) output.WriteLine($"  http        http://{http}  (/health/live, /ice-servers)");
        output.WriteLine($"  realm       {settings.Server.Relay.Realm}");
        output.WriteLine($"  workers     {server.Workers}, {server.EngineChoice}");
        PrintCredential(output, server, settings, http);
        output.WriteLine();
        foreach (string line in PeerSentences(settings.Server)) output.WriteLine("  " + line);
        output.Flush();
    }

    private static string Describe(RelayHostAddress host) =>
        host.External.IsNone ? $"on {host.Local.ToIPAddress()}" : $"on {host.Local.ToIPAddress()}, known as {host.External.ToIPAddress()}";

    private static void PrintCredential(TextWriter output, TurnServer server, ServiceSettings settings, IPEndPoint? http)
    {
        if (settings.Generated is { } generated)
        {
            output.WriteLine($"  credential  {generated.Username} : {generated.Password}  (made for this run; --user NAME:PASSWORD sets your own)");
            output.WriteLine();
            output.WriteLine("  For RTCPeerConnection:");
            output.WriteLine("  " + IceServers.Write(server.Endpoints, settings, DateTimeOffset.UtcNow));
            return;
        }

        (int users, int secrets, int tokenKeys) = (settings.Server.Users.Count, settings.Server.AuthSecrets.Count, settings.Server.TokenKeys.Count);
        var kinds = new List<string>();
        if (users > 0) kinds.Add($"{users} user(s)");
        if (secrets > 0) kinds.Add($"time-limited, {secrets} secret(s)");
        if (tokenKeys > 0) kinds.Add($"access tokens, {tokenKeys} key(s)");
        output.WriteLine($"  credentials {string.Join("; ", kinds)}");
        if (http is not null && users + secrets > 0) output.WriteLine($"              for RTCPeerConnection, on this machine: curl http://{http}/ice-servers");
    }

    private static IEnumerable<string> PeerSentences(TurnServerOptions options)
    {
        yield return "Clients may relay to public addresses. Private, loopback, link-local, multicast and other special-purpose";
        yield return "networks, and this server's own listeners, are refused.";
        if (options.AllowPeers.Count > 0) yield return $"Opened by --allow-peer: {string.Join(", ", options.AllowPeers)}.";
        if (options.DenyPeers.Count > 0) yield return $"Closed by --deny-peer: {string.Join(", ", options.DenyPeers)}.";
    }
}
