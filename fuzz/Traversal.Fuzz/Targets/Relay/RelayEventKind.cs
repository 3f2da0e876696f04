namespace Traversal.Fuzz;

/// <summary>What can happen to a relay.</summary>
internal enum RelayEventKind : byte
{
    /// <summary>Bytes from a client, as they are.</summary>
    Datagram,

    /// <summary>
    /// A request from a client with these attributes, authenticated. The top bit of who: with the reservation that was given out last; the next one: as the
    /// bearer of an access token, whom the two bits after it name.
    /// </summary>
    Request,

    /// <summary>Bytes from a peer to a relay.</summary>
    PeerDatagram,

    /// <summary>Time goes by.</summary>
    Time,

    /// <summary>The driver opened a relay socket, or could not.</summary>
    RelayAnswer,

    /// <summary>A stream client connects or goes.</summary>
    Connection,

    /// <summary>The operator changes credentials or policy, or drains the server.</summary>
    Administration,

    /// <summary>The driver comes late with a handle that is no more.</summary>
    Stray,
}
