namespace Traversal.Stun.Discovery;

/// <summary>Why a behaviour could not be found out.</summary>
public enum DiscoveryObstacle : byte
{
    /// <summary>It was found out.</summary>
    None,

    /// <summary>It was not asked for, or there is no NAT that could behave.</summary>
    NotTested,

    /// <summary>The server did not answer, or the request could not be sent: UDP is blocked, or the server is down.</summary>
    NoAnswer,

    /// <summary>The server answered with an error.</summary>
    Rejected,

    /// <summary>The server has no second address (no usable OTHER-ADDRESS), and no second server was named.</summary>
    NoOtherAddress,

    /// <summary>The server's second address did not answer, so that silence says nothing about a NAT.</summary>
    OtherAddressSilent,

    /// <summary>The server does not answer from where, or to where, it was asked to (CHANGE-REQUEST, RESPONSE-PORT).</summary>
    NotSupported,
}
