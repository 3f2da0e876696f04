using Traversal.Connectivity;
using Traversal.Primitives;
using Traversal.Turn.Client;
using Traversal.Turn.Server;

namespace Traversal.Simulation.Runs;

/// <summary>Two servers on the Internet, each a STUN and a TURN server.</summary>
internal sealed class RunServers
{
    private const int Count = 2;
    private const ushort Port = 3478;
    private const uint FirstAddress = 0xCB_00_71_01;
    private const ulong IPv6Prefix = 0x2001_0DB8_0000_0000;

    private readonly RelayServer[] _servers;
    private readonly TurnServerMemory[] _memories = [.. Enumerable.Range(0, Count).Select(_ => new TurnServerMemory())];

    public RunServers(VirtualNetwork network) => _servers = [.. Enumerable.Range(0, Count).Select(number => Build(network, number))];

    /// <summary>All their addresses.</summary>
    public static IReadOnlyList<TransportAddress> Addresses { get; } = [.. Enumerable.Range(0, Count).Select(IPv4), .. Enumerable.Range(0, Count).Select(IPv6)];

    /// <summary>Whether an address is one of theirs, and so a relayed one.</summary>
    public static bool Have(TransportAddress address) => Addresses.Any(server => server.HasSameAddress(in address));

    public RelayServer Server(int number) => _servers[number % Count];

    public TurnSource Source(int number, bool overIPv6, string password) =>
        new(overIPv6 ? IPv6(number % Count) : IPv4(number % Count), TurnCredential.FromPassword(RelayServer.User, password)) { Memory = _memories[number % Count] };

    private static RelayServer Build(VirtualNetwork network, int number)
    {
        TransportAddress first = IPv4(number), second = IPv6(number);
        var host = new Host(network, network.Internet, in first);
        host.Connect(network.Internet, in second);
        return new RelayServer(network, host, [first, second], options =>
        {
            options.RelayAddresses.Add(new RelayHostAddress(first));
            options.RelayAddresses.Add(new RelayHostAddress(second));
            options.Mobility = true;
        });
    }

    private static TransportAddress IPv4(int number) => TransportAddress.FromIPv4(FirstAddress + (uint)number, Port);

    private static TransportAddress IPv6(int number) => TransportAddress.FromIPv6(IPv6Prefix, 1 + (ulong)number, Port);
}
