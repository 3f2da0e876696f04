namespace Traversal.Server.Tests;

/// <summary>A server on free loopback ports that lets clients relay over loopback.</summary>
internal static class TestServer
{
    public static TurnServerOptions Options(int workers = 1) => new()
    {
        Listeners = { ListenEndpoint.Parse("udp://127.0.0.1:0"), ListenEndpoint.Parse("tcp://127.0.0.1:0") },
        Users = { [TurnTestClient.User] = TurnTestClient.Password },
        AllowPeers = { "127.0.0.0/8" },
        Relay = { Realm = TurnTestClient.Realm },
        Workers = workers,
        DrainTimeout = TimeSpan.FromSeconds(20),
    };

    public static async Task<TurnServer> StartAsync(TurnServerOptions? options = null)
    {
        var server = new TurnServer(options ?? Options());
        await server.StartAsync();
        return server;
    }

    public static ListenEndpoint Udp(this TurnServer server) => server.Endpoints.First(endpoint => endpoint.Transport == ListenTransport.Udp);

    public static ListenEndpoint Tls(this TurnServer server) => server.Endpoints.First(endpoint => endpoint.Transport == ListenTransport.Tls);

    public static ListenEndpoint Tcp(this TurnServer server) => server.Endpoints.First(endpoint => endpoint.Transport == ListenTransport.Tcp);
}
