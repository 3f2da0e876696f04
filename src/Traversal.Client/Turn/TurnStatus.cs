namespace Traversal.Client;

/// <summary>What became of an allocation, for one reason.</summary>
public enum TurnStatus
{
    /// <summary>It is there.</summary>
    Ok,

    /// <summary>The server could not be found by its URI.</summary>
    NotFound,

    /// <summary>The server did not answer in time.</summary>
    NoAnswer,

    /// <summary>The server can't be reached: nobody listens there, no route, a connection that broke.</summary>
    Unreachable,

    /// <summary>TLS could not be agreed upon: the certificate is not trusted, or not for the name.</summary>
    TlsFailed,

    /// <summary>The server does not take the WebSocket.</summary>
    WebSocketRefused,

    /// <summary>What answered does not speak TURN as the RFCs say.</summary>
    BadAnswer,

    /// <summary>The server does not take the login (401), or takes another one only for this allocation (441).</summary>
    LoginRefused,

    /// <summary>The server forbids it (403).</summary>
    Forbidden,

    /// <summary>The user has as many allocations as the server allows (486).</summary>
    QuotaReached,

    /// <summary>The server has no room (508).</summary>
    NoCapacity,

    /// <summary>The server does not relay by that transport (442), or has no address of that family (440).</summary>
    NotSupported,

    /// <summary>The port is taken by an allocation that the server has not forgotten yet, from every port that was tried (437).</summary>
    PortTaken,

    /// <summary>The server refused with another code.</summary>
    Refused,

    /// <summary>Servers send the client round in circles, or on and on (300).</summary>
    RedirectedInCircles,

    /// <summary>The server wants another realm or nonce each time.</summary>
    TooManyChallenges,

    /// <summary>Answers came that nobody who has the password made: it is wrong, or somebody on the path makes them up.</summary>
    NotAuthentic,

    /// <summary>The server does not know the allocation any more.</summary>
    Lost,

    /// <summary>It could not be refreshed in time.</summary>
    Expired,

    /// <summary>The way to the server is gone, and the allocation could not follow.</summary>
    PathLost,

    /// <summary>It was given up as it was disposed of.</summary>
    Closed,
}
