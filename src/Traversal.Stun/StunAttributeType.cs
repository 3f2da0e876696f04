namespace Traversal.Stun;

/// <summary>
/// The attributes of the IANA STUN registry that are in use, and those of RFC 3489 that a classic client may still send. Below 0x8000 an
/// attribute must be understood for the message to be processed; from there on it may be ignored (RFC 8489 section 14).
/// </summary>
public enum StunAttributeType : ushort
{
    /// <summary>MAPPED-ADDRESS: an address in the clear, for clients of RFC 3489 (RFC 8489 section 14.1).</summary>
    MappedAddress = 0x0001,

    /// <summary>RESPONSE-ADDRESS, reserved since RFC 5389: classic clients may still send it (RFC 3489 section 11.2.2).</summary>
    ClassicResponseAddress = 0x0002,

    /// <summary>CHANGE-REQUEST: answer from another address or port (RFC 5780 section 7.2).</summary>
    ChangeRequest = 0x0003,

    /// <summary>SOURCE-ADDRESS, reserved since RFC 5389: where a classic answer was sent from (RFC 3489 section 11.2.5).</summary>
    ClassicSourceAddress = 0x0004,

    /// <summary>CHANGED-ADDRESS, reserved since RFC 5389: the other address of a classic server (RFC 3489 section 11.2.3).</summary>
    ClassicChangedAddress = 0x0005,

    /// <summary>USERNAME (RFC 8489 section 14.3).</summary>
    Username = 0x0006,

    /// <summary>PASSWORD, reserved since RFC 5389 (RFC 3489 section 11.2.7).</summary>
    ClassicPassword = 0x0007,

    /// <summary>MESSAGE-INTEGRITY: an HMAC-SHA1 of what stands before it (RFC 8489 section 14.5).</summary>
    MessageIntegrity = 0x0008,

    /// <summary>ERROR-CODE (RFC 8489 section 14.8).</summary>
    ErrorCode = 0x0009,

    /// <summary>UNKNOWN-ATTRIBUTES: the types that were not understood (RFC 8489 section 14.13).</summary>
    UnknownAttributes = 0x000A,

    /// <summary>REFLECTED-FROM, reserved since RFC 5389 (RFC 3489 section 11.2.11).</summary>
    ClassicReflectedFrom = 0x000B,

    /// <summary>CHANNEL-NUMBER (RFC 8656 section 18.1).</summary>
    ChannelNumber = 0x000C,

    /// <summary>LIFETIME, in seconds (RFC 8656 section 18.2).</summary>
    Lifetime = 0x000D,

    /// <summary>XOR-PEER-ADDRESS (RFC 8656 section 18.3).</summary>
    XorPeerAddress = 0x0012,

    /// <summary>DATA: what is relayed (RFC 8656 section 18.4).</summary>
    Data = 0x0013,

    /// <summary>REALM (RFC 8489 section 14.9).</summary>
    Realm = 0x0014,

    /// <summary>NONCE (RFC 8489 section 14.10).</summary>
    Nonce = 0x0015,

    /// <summary>XOR-RELAYED-ADDRESS (RFC 8656 section 18.5).</summary>
    XorRelayedAddress = 0x0016,

    /// <summary>REQUESTED-ADDRESS-FAMILY (RFC 8656 section 18.6).</summary>
    RequestedAddressFamily = 0x0017,

    /// <summary>EVEN-PORT (RFC 8656 section 18.7).</summary>
    EvenPort = 0x0018,

    /// <summary>REQUESTED-TRANSPORT (RFC 8656 section 18.8).</summary>
    RequestedTransport = 0x0019,

    /// <summary>DONT-FRAGMENT (RFC 8656 section 18.9).</summary>
    DontFragment = 0x001A,

    /// <summary>ACCESS-TOKEN: an OAuth token sealed for this server (RFC 7635 section 6.2).</summary>
    AccessToken = 0x001B,

    /// <summary>MESSAGE-INTEGRITY-SHA256: an HMAC-SHA256 of what stands before it, maybe truncated (RFC 8489 section 14.6).</summary>
    MessageIntegritySha256 = 0x001C,

    /// <summary>PASSWORD-ALGORITHM: the one that the client took (RFC 8489 section 14.12).</summary>
    PasswordAlgorithm = 0x001D,

    /// <summary>USERHASH: a hash of username and realm, so that the name is not seen (RFC 8489 section 14.4).</summary>
    Userhash = 0x001E,

    /// <summary>XOR-MAPPED-ADDRESS (RFC 8489 section 14.2).</summary>
    XorMappedAddress = 0x0020,

    /// <summary>RESERVATION-TOKEN (RFC 8656 section 18.10).</summary>
    ReservationToken = 0x0022,

    /// <summary>PRIORITY: that of the peer-reflexive candidate this check would make (RFC 8445 section 16.1).</summary>
    Priority = 0x0024,

    /// <summary>USE-CANDIDATE: the controlling agent nominates this pair (RFC 8445 section 16.1).</summary>
    UseCandidate = 0x0025,

    /// <summary>PADDING: makes a request as long as a path should carry (RFC 5780 section 7.6).</summary>
    Padding = 0x0026,

    /// <summary>RESPONSE-PORT: answer to this port (RFC 5780 section 7.5).</summary>
    ResponsePort = 0x0027,

    /// <summary>CONNECTION-ID (RFC 6062 section 6.2.1).</summary>
    ConnectionId = 0x002A,

    /// <summary>ADDITIONAL-ADDRESS-FAMILY (RFC 8656 section 18.11).</summary>
    AdditionalAddressFamily = 0x8000,

    /// <summary>ADDRESS-ERROR-CODE: why one of two families was not given (RFC 8656 section 18.12).</summary>
    AddressErrorCode = 0x8001,

    /// <summary>PASSWORD-ALGORITHMS: what the server offers, in order of preference (RFC 8489 section 14.11).</summary>
    PasswordAlgorithms = 0x8002,

    /// <summary>ALTERNATE-DOMAIN: the name to expect in the certificate of ALTERNATE-SERVER (RFC 8489 section 14.16).</summary>
    AlternateDomain = 0x8003,

    /// <summary>ICMP: what came back from the path to a peer (RFC 8656 section 18.13).</summary>
    Icmp = 0x8004,

    /// <summary>SOFTWARE: who wrote this, as text (RFC 8489 section 14.14).</summary>
    Software = 0x8022,

    /// <summary>ALTERNATE-SERVER (RFC 8489 section 14.15).</summary>
    AlternateServer = 0x8023,

    /// <summary>TRANSACTION_TRANSMIT_COUNTER: which transmission this is, and which one is answered (RFC 7982 section 3.1).</summary>
    TransactionTransmitCounter = 0x8025,

    /// <summary>CACHE-TIMEOUT, of the experiment in NAT behaviour discovery (RFC 5780 section 9.1).</summary>
    CacheTimeout = 0x8027,

    /// <summary>FINGERPRINT: a CRC-32 of what stands before it (RFC 8489 section 14.7).</summary>
    Fingerprint = 0x8028,

    /// <summary>ICE-CONTROLLED, with the tie-breaker (RFC 8445 section 16.1).</summary>
    IceControlled = 0x8029,

    /// <summary>ICE-CONTROLLING, with the tie-breaker (RFC 8445 section 16.1).</summary>
    IceControlling = 0x802A,

    /// <summary>RESPONSE-ORIGIN: where the answer was sent from (RFC 5780 section 7.3).</summary>
    ResponseOrigin = 0x802B,

    /// <summary>OTHER-ADDRESS: where the server would answer from if asked to change both (RFC 5780 section 7.4).</summary>
    OtherAddress = 0x802C,

    /// <summary>ECN-CHECK: is ECN preserved on this path (RFC 6679 section 7.2.2).</summary>
    EcnCheckStun = 0x802D,

    /// <summary>THIRD-PARTY-AUTHORIZATION: the server takes tokens, of this authorization server (RFC 7635 section 6.1).</summary>
    ThirdPartyAuthorization = 0x802E,

    /// <summary>MOBILITY-TICKET (RFC 8016 section 3.3).</summary>
    MobilityTicket = 0x8030,

    /// <summary>
    /// ADDITIONAL-ADDRESS-FAMILY by its first number (draft-martinsen-tram-ssoda): coturn's clients write it. The registry gives the number to nobody.
    /// </summary>
    DraftAdditionalAddressFamily = 0x8032,

    /// <summary>CISCO-STUN-FLOWDATA (registered by Cisco).</summary>
    CiscoStunFlowdata = 0xC000,

    /// <summary>
    /// NOMINATION: the counter of a renomination in the low 24 bits (draft-thatcher-ice-renomination). The registry gives the number to
    /// ENF-FLOW-DESCRIPTION; browsers use it for this.
    /// </summary>
    Nomination = 0xC001,

    /// <summary>ENF-NETWORK-STATUS (registered by Cisco).</summary>
    EnfNetworkStatus = 0xC002,

    /// <summary>CISCO-WEBEX-FLOW-INFO (registered by Cisco).</summary>
    CiscoWebexFlowInfo = 0xC003,

    /// <summary>CITRIX-TRANSACTION-ID (registered by Citrix).</summary>
    CitrixTransactionId = 0xC056,

    /// <summary>GOOG-NETWORK-INFO: network id and cost (registered by Google).</summary>
    GoogNetworkInfo = 0xC057,

    /// <summary>GOOG-LAST-ICE-CHECK-RECEIVED (registered by Google).</summary>
    GoogLastIceCheckReceived = 0xC058,

    /// <summary>GOOG-MISC-INFO (registered by Google).</summary>
    GoogMiscInfo = 0xC059,

    /// <summary>GOOG-OBSOLETE-1 (registered by Google).</summary>
    GoogObsolete1 = 0xC05A,

    /// <summary>GOOG-CONNECTION-ID (registered by Google).</summary>
    GoogConnectionId = 0xC05B,

    /// <summary>GOOG-DELTA (registered by Google).</summary>
    GoogDelta = 0xC05C,

    /// <summary>GOOG-DELTA-ACK (registered by Google).</summary>
    GoogDeltaAck = 0xC05D,

    /// <summary>GOOG-DELTA-SYNC-REQ (registered by Google).</summary>
    GoogDeltaSyncReq = 0xC05E,

    /// <summary>GOOG-MESSAGE-INTEGRITY-32: four bytes of an HMAC-SHA1, in GOOG-PING (registered by Google).</summary>
    GoogMessageIntegrity32 = 0xC060,
}
