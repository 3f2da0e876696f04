using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>What an allocation was used for, told when it ends; see <see cref="RelayMachine.TryTakeEnd"/>.</summary>
/// <param name="User">Whom it was charged to, as UTF-8: a part of what the client sent, so it may hold anything.</param>
/// <param name="Client">The client's address, which is personal data.</param>
/// <param name="Reason">Closed by its client or expired.</param>
/// <param name="Peers">How many peers it reached, by address and, where Send indications went, by port.</param>
/// <param name="PeersRefused">How many it was refused because they were too many at once.</param>
/// <param name="BytesToPeers">The bytes sent to peers.</param>
/// <param name="BytesToClient">The bytes of peers sent to the client.</param>
public readonly record struct AllocationEnd(
    ReadOnlyMemory<byte> User,
    TransportAddress Client,
    RelayCounter Reason,
    int Peers,
    int PeersRefused,
    long BytesToPeers,
    long BytesToClient);
