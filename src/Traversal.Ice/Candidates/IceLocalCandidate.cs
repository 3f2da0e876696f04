using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>A candidate of one's own, as whoever gathered it describes it.</summary>
/// <param name="Kind">How the address was learned.</param>
/// <param name="Address">Where peers reach it.</param>
/// <param name="Base">
/// From where its packets are sent: the address of the socket, or for a relayed candidate the relayed address. It is what the agent calls the local
/// address in everything that it sends and is given.
/// </param>
public readonly record struct IceLocalCandidate(IceCandidateKind Kind, TransportAddress Address, TransportAddress Base)
{
    /// <summary>The STUN or TURN server that it was learned from: candidates of different servers fail for different reasons.</summary>
    public TransportAddress Server { get; init; }

    /// <summary>The mapped address of a relayed candidate, for the other side to look at.</summary>
    public TransportAddress MappedAddress { get; init; }

    /// <summary>
    /// How it compares with others of its type, the higher the better; each its own. Null lets the agent choose: in the order in which they come, the two
    /// IP versions in turn, and the first one's version in front.
    /// </summary>
    public ushort? LocalPreference { get; init; }

    /// <summary>An address of the machine.</summary>
    public static IceLocalCandidate Host(in TransportAddress address) => new(IceCandidateKind.Host, address, address);

    /// <summary>What a STUN server saw of <paramref name="hostAddress"/>.</summary>
    public static IceLocalCandidate ServerReflexive(in TransportAddress address, in TransportAddress hostAddress, in TransportAddress server = default) =>
        new(IceCandidateKind.ServerReflexive, address, hostAddress) { Server = server };

    /// <summary>An address on a TURN server.</summary>
    public static IceLocalCandidate Relayed(in TransportAddress address, in TransportAddress mappedAddress, in TransportAddress server = default) =>
        new(IceCandidateKind.Relayed, address, address) { Server = server, MappedAddress = mappedAddress };
}
