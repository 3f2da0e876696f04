namespace Traversal.Server.Tests.Attacks;

/// <summary>A server as it comes, on loopback: nothing is opened to peers, and loopback clients are treated like all others.</summary>
internal static class AttackServer
{
    public static TurnServerOptions Options(params string[] allowPeers)
    {
        TurnServerOptions options = TestServer.Options();
        options.AllowPeers.Clear();
        foreach (string rule in allowPeers) options.AllowPeers.Add(rule);
        options.Relay.ExemptLoopback = false;
        options.DrainTimeout = TimeSpan.Zero;
        return options;
    }

    public static Task<TurnServer> StartAsync(params string[] allowPeers) => TestServer.StartAsync(Options(allowPeers));

    public static Task<TurnServer> StartIPv6Async(Action<TurnServerOptions>? configure = null)
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "This machine has no IPv6.");
        TurnServerOptions options = Options();
        options.Listeners.Clear();
        options.Listeners.Add(ListenEndpoint.Parse("udp://[::1]:0"));
        configure?.Invoke(options);
        return TestServer.StartAsync(options);
    }
}
