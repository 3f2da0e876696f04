namespace Traversal.Turn.Server;

/// <summary>What a relay counts. Packets and bytes are those of application data, without headers.</summary>
public enum RelayCounter
{
    /// <summary>Datagrams sent to peers.</summary>
    PacketsToPeers,

    /// <summary>Bytes sent to peers.</summary>
    BytesToPeers,

    /// <summary>Datagrams of peers sent to clients.</summary>
    PacketsToClients,

    /// <summary>Bytes of peers sent to clients.</summary>
    BytesToClients,

    /// <summary>Datagrams that went from client to client without a socket between; they count in both directions too.</summary>
    PacketsInProcess,

    /// <summary>ICMP errors that clients were told of.</summary>
    ErrorsToClients,

    /// <summary>Binding requests answered with success.</summary>
    BindingAnswers,

    /// <summary>Allocations made.</summary>
    AllocationsCreated,

    /// <summary>Allocations given up by their client, with Refresh or by closing its connection.</summary>
    AllocationsClosed,

    /// <summary>Allocations that were not refreshed in time.</summary>
    AllocationsExpired,

    /// <summary>Answers to retransmitted Allocate requests.</summary>
    AllocateRetransmissions,

    /// <summary>Refresh requests granted.</summary>
    Refreshes,

    /// <summary>Mobile allocations whose client has moved to another 5-tuple.</summary>
    Moves,

    /// <summary>CreatePermission requests granted.</summary>
    PermissionRequests,

    /// <summary>ChannelBind requests granted.</summary>
    ChannelBinds,

    /// <summary>Connect requests that brought a connection to a peer (RFC 6062).</summary>
    Connects,

    /// <summary>Connections from peers that clients were told of (RFC 6062).</summary>
    ConnectionAttempts,

    /// <summary>ConnectionBind requests granted (RFC 6062).</summary>
    ConnectionBinds,

    /// <summary>Connections with peers that ended because no client bound them in time, or nothing passed for too long (RFC 6062).</summary>
    ConnectionsExpired,

    /// <summary>Connections from peers closed at once, without a permission, by the peer policy, or because there are too many (RFC 6062).</summary>
    ConnectionsRefused,

    /// <summary>Permissions, channels and connections taken away because the peer policy changed.</summary>
    RevokedByPolicy,

    /// <summary>Peers that a client was refused because it reached new ones too fast, as a scan does.</summary>
    NewPeersRefused,

    /// <summary>Relay ports that another program had.</summary>
    PortsTaken,

    /// <summary>Answers 300 (Try Alternate).</summary>
    Redirects,

    /// <summary>Answers 400 (Bad Request).</summary>
    BadRequests,

    /// <summary>Answers 401 (Unauthenticated), the first challenge included.</summary>
    Unauthenticated,

    /// <summary>Answers 403 (Forbidden).</summary>
    Forbidden,

    /// <summary>Answers 405 (Mobility Forbidden).</summary>
    MobilityForbidden,

    /// <summary>Answers 420 (Unknown Attribute).</summary>
    UnknownAttributes,

    /// <summary>Answers 437 (Allocation Mismatch).</summary>
    AllocationMismatches,

    /// <summary>Answers 438 (Stale Nonce).</summary>
    StaleNonces,

    /// <summary>Answers 440 (Address Family not Supported).</summary>
    UnsupportedFamilies,

    /// <summary>Answers 441 (Wrong Credentials).</summary>
    WrongCredentials,

    /// <summary>Answers 442 (Unsupported Transport Protocol).</summary>
    UnsupportedTransports,

    /// <summary>Answers 443 (Peer Address Family Mismatch).</summary>
    FamilyMismatches,

    /// <summary>Answers 446 (Connection Already Exists).</summary>
    ConnectionsExisting,

    /// <summary>Answers 447 (Connection Timeout or Failure).</summary>
    ConnectFailures,

    /// <summary>Answers 486 (Allocation Quota Reached).</summary>
    QuotasReached,

    /// <summary>Answers 508 (Insufficient Capacity).</summary>
    InsufficientCapacity,

    /// <summary>Dropped: neither STUN nor ChannelData, or malformed.</summary>
    DroppedMalformed,

    /// <summary>Dropped: STUN that a server has no use for, such as a response or an unknown method.</summary>
    DroppedUnexpected,

    /// <summary>Dropped: an indication, or data from a peer, without an allocation.</summary>
    DroppedNoAllocation,

    /// <summary>Dropped: ChannelData on a channel that is not bound.</summary>
    DroppedNoChannel,

    /// <summary>Dropped: data to or from a peer without a permission.</summary>
    DroppedNoPermission,

    /// <summary>Dropped: data to or from a peer that the policy refuses.</summary>
    DroppedByPolicy,

    /// <summary>Dropped: data to a port that is one new peer too many.</summary>
    DroppedNewPeers,

    /// <summary>Dropped: the allocation or its user is over its bytes or packets a second.</summary>
    DroppedOverRate,

    /// <summary>Dropped: an answer to an unauthenticated request, by the reply limiter.</summary>
    DroppedReplies,

    /// <summary>Dropped: what would be sent does not fit into a message or into the reply span.</summary>
    DroppedTooLong,

    /// <summary>Dropped: what was for another worker, which has not kept up.</summary>
    DroppedHandOvers,

    /// <summary>Dropped: data that has made its last hop, where IP headers are copied.</summary>
    DroppedHopLimit,
}
