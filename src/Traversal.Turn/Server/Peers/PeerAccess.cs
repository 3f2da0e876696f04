namespace Traversal.Turn.Server;

/// <summary>What a <see cref="PeerPolicy"/> says about a peer.</summary>
public enum PeerAccess : byte
{
    /// <summary>The peer may not be reached.</summary>
    Denied,

    /// <summary>No rule is about the peer: it may be reached unless it is the server itself.</summary>
    Allowed,

    /// <summary>The most specific rule about the peer allows it.</summary>
    AllowedByRule,
}
