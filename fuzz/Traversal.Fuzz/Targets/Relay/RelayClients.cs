using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>Everybody whom a script may speak of.</summary>
internal static class RelayClients
{
    public static readonly TransportAddress ServerIPv4 = TransportAddress.Parse("185.1.2.3:3478");
    public static readonly TransportAddress ServerIPv6 = TransportAddress.Parse("[2a00:1450::3]:3478");

    /// <summary>The listeners of the server.</summary>
    public static readonly SocketId ListenerIPv4 = new(1), ListenerIPv6 = new(2);

    /// <summary>The clients; the last one comes by a socket that nobody announced.</summary>
    public static readonly RelayClient[] All =
    [
        Datagram(ListenerIPv4, "81.2.69.160:40000"),
        Datagram(ListenerIPv4, "81.2.69.160:40001"),
        Datagram(ListenerIPv4, "127.0.0.1:5000"),
        Datagram(ListenerIPv6, "[2a00:1::5]:6000"),
        Datagram(ListenerIPv6, "[2002:5102:45a0::1]:6001"),
        new(new SocketId(10), TransportAddress.Parse("81.2.69.161:7000"), ServerIPv4, IsStream: true),
        new(new SocketId(11), TransportAddress.Parse("[2a00:1::6]:7001"), ServerIPv6, IsStream: true),
        Datagram(new SocketId(99), "81.2.69.162:40000"),
    ];

    /// <summary>The peers; whoever else a peer may be depends on the run.</summary>
    public static readonly TransportAddress[] Peers =
    [
        TransportAddress.Parse("93.184.216.34:5000"),
        TransportAddress.Parse("93.184.216.34:5001"),
        TransportAddress.Parse("93.184.216.35:5000"),
        TransportAddress.Parse("[2606:2800:220::1]:5000"),
        TransportAddress.Parse("[::ffff:93.184.216.34]:5000"),
        TransportAddress.Parse("10.1.2.3:5050"),
        TransportAddress.Parse("127.0.0.1:3478"),
    ];

    private static RelayClient Datagram(SocketId listener, string address)
    {
        TransportAddress client = TransportAddress.Parse(address);
        return new(listener, client, client.IsIPv6 ? ServerIPv6 : ServerIPv4, IsStream: false);
    }
}
