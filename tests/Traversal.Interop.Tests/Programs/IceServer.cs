namespace Traversal.Interop.Tests.Programs;

/// <summary>A STUN and TURN server outside of a <see cref="PeerNetwork"/>: ours or coturn.</summary>
internal static class IceServer
{
    public const string User = "user", Password = "pass", Address = $"{PeerNetwork.ServerAddress}:3478";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private static readonly string[] OurOptions =
    [
        "serve", "--listen", $"udp://{Address}", "--listen", $"tcp://{Address}", "--user", $"{User}:{Password}", "--realm", "example.org", "--http", "off",
        "--allow-peer", PeerNetwork.OutsideNetwork, "--allow-peer", PeerNetwork.HostNetwork,
    ];

    private static readonly string[] CoturnOptions =
    [
        "-n", "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "--simple-log", "--pidfile", "", "-a", "-u", $"{User}:{Password}", "-r", "example.org",
        "-L", PeerNetwork.ServerAddress, "-E", PeerNetwork.ServerAddress, "-p", "3478",
    ];

    public static async Task<ChildProcess> StartAsync(string networkNamespace, bool coturn)
    {
        ChildProcess server = coturn
            ? NetworkNamespace.Start(networkNamespace, ExternalProgram.CoturnServer, CoturnOptions)
            : TraversalBinary.StartIn(networkNamespace, OurOptions);
        string up = coturn ? "(admin thread)" : "Traversal is up";
        await server.WaitForOutputAsync(lines => lines.Any(line => line.Contains(up, StringComparison.Ordinal)), StartLimit);
        return server;
    }
}
