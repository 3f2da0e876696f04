using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

/// <summary>A TURN server from which relayed candidates are got.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Credential">Who the client is.</param>
public sealed record TurnSource(TransportAddress Address, TurnCredential Credential)
{
    /// <summary>What is known of the server, shared with other allocations there.</summary>
    public TurnServerMemory Memory { get; init; } = new();

    /// <summary>
    /// Whether the driver answers <see cref="ConnectivityEventKind.CredentialWanted"/> with <see cref="ConnectivityMachine.RenewCredential"/>. Default: false.
    /// </summary>
    public bool RenewsCredential { get; init; }

    /// <summary>Whether the driver can get tokens (RFC 7635). Default: false.</summary>
    public bool PrefersTokens { get; init; }

    /// <summary>What SOFTWARE says, to the operator and whoever listens; null for nothing. Default: "Traversal".</summary>
    public string? Software { get; init; } = "Traversal";
}
