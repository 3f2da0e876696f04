using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Turn.Server;

namespace Traversal.Server;

/// <summary>The second ports of NAT behaviour discovery (RFC 5780 section 6).</summary>
public sealed partial class TurnServer
{
    /// <summary>The second ports of NAT behaviour discovery, which are listeners too. Empty where it is off, and before the start.</summary>
    public IReadOnlyList<ListenEndpoint> DiscoveryEndpoints { get; private set; } = [];

    private Dictionary<int, int> FindDiscoveryPairs()
    {
        if (!_options.NatDiscovery) return [];

        Dictionary<int, int> pairs = DiscoveryPairs.Find([.. _options.Listeners]);
        if (pairs.Count == 0)
        {
            throw new TurnServerOptionsException(
                nameof(_options.NatDiscovery), "it needs two addresses: listeners such as udp://192.0.2.1:3478 and udp://192.0.2.2:3478, with one port");
        }

        if (pairs.Values.Any(first => _options.Listeners[first].Address.Port == ushort.MaxValue))
            throw new TurnServerOptionsException(nameof(_options.NatDiscovery), $"its second port would be the one after {ushort.MaxValue}");
        return pairs;
    }

    /// <summary>Opens the second port of two listeners, and has the four of each shard answer for each other.</summary>
    private void OpenDiscovery(
        OpenListener first, OpenListener second, ushort configuredPort, DatagramEngine[] engines, RelayMachine[] machines, RelayGroup group)
    {
        ushort port = (ushort)(configuredPort == 0 ? 0 : configuredPort + 1);
        OpenListener firstOther = OpenDatagrams(first.Endpoint.WithPort(port), engines, machines, group);
        OpenListener secondOther = OpenDatagrams(second.Endpoint.WithPort(firstOther.Endpoint.Address.Port), engines, machines, group);
        DiscoveryEndpoints = [.. DiscoveryEndpoints, firstOther.Endpoint, secondOther.Endpoint];
        for (int number = 0; number < machines.Length; number++)
        {
            machines[number].AddDiscovery(
                first.Sockets[number], firstOther.Sockets[number], second.Sockets[number], secondOther.Sockets[number]);
        }
    }

    /// <summary>A listener that is open.</summary>
    /// <param name="Endpoint">Where it is.</param>
    /// <param name="Sockets">Each shard's share of it, if it is on UDP.</param>
    private readonly record struct OpenListener(ListenEndpoint Endpoint, SocketId[] Sockets);
}
