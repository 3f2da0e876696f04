using Traversal.Client;

namespace Traversal.Cli.Turn;

/// <summary>One sentence for each way in which a server fails: what to do about it.</summary>
internal static class TurnAdvice
{
    public static string For(TurnStatus status) => status switch
    {
        TurnStatus.Ok => "Nothing is to be done.",
        TurnStatus.NotFound => "Check the host's name and the transport in the URI, and that a name server is reached.",
        TurnStatus.NoAnswer => "Check address and port, and that no firewall drops it; where UDP is blocked, try turns: on port 443 or ?transport=tcp.",
        TurnStatus.Unreachable => "Check that the server runs, and listens at that address, port and transport.",
        TurnStatus.TlsFailed => "Check that the port takes TLS, and that the certificate is for the name in the URI, is not over, and comes with its chain; --insecure shows whether the rest works.",
        TurnStatus.WebSocketRefused => "Check that the URI is that of a TURN listener over WebSockets, and that no proxy on the way refuses upgrades.",
        TurnStatus.BadAnswer => "Check that it is a TURN server that listens there, and the transport: TLS and plain TCP often have different ports.",
        TurnStatus.LoginRefused => "Check user name, password and realm; a time-limited password may be over, or the server's clock wrong.",
        TurnStatus.Forbidden => "Ask the server's operator whether this user, or this network, may allocate.",
        TurnStatus.QuotaReached => "Close other allocations of this user, wait for them to end, or have the operator raise the quota.",
        TurnStatus.NoCapacity => "Try again in a minute; if it stays so, the operator is to give the server more relay ports.",
        TurnStatus.NotSupported => "Have the operator give the server an address of that IP version, or turn that transport on (TCP: --tcp-relay).",
        TurnStatus.PortTaken => "Wait for two minutes: the server forgets its old allocations then.",
        TurnStatus.Refused => "Look into the server's log: it says more about the error than the answer does.",
        TurnStatus.RedirectedInCircles => "Have the operator mend the alternate servers: they name each other.",
        TurnStatus.TooManyChallenges => "Have the operator make all servers behind one address share the key of their nonces.",
        TurnStatus.NotAuthentic => "Check the password; if it is right, somebody on the way makes answers up.",
        TurnStatus.Lost => "Look whether the server was started anew, or a NAT on the way changed its mapping.",
        TurnStatus.Expired => "Look for loss on the way: refreshes did not get through in time.",
        TurnStatus.PathLost => "Look whether the network of this machine changed, or something on the way closes idle connections.",
        _ => "Try again.",
    };

    public static string ForRefusedPeer(bool isOwn) => isOwn
        ? "The server does not relay to its own relay addresses: name a peer with --peer, or have the operator allow them."
        : "The peer stands in a network that the server keeps clients out of: have the operator allow it (--allow-peer).";

    public static string ForSilentPeer(bool isOwn) => isOwn
        ? "The server does not pass data between its own allocations, or a firewall keeps its relay ports closed."
        : "Check that the peer sends back what it gets, and that the server's relay ports are open to it.";
}
