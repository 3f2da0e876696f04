using Traversal.Client;

namespace Traversal.Cli;

/// <summary>What to do where a STUN server does not say an address.</summary>
internal static class StunAdvice
{
    public static string For(StunStatus status) => status switch
    {
        StunStatus.NoAnswer => "Check address and port, and that no firewall drops it; where UDP is blocked, try --tcp.",
        StunStatus.Unreachable => "Check that the server runs, and listens at that address, port and transport.",
        StunStatus.TlsFailed => "Check that the port takes TLS, and that the certificate is for that name, is not over, and comes with its chain; --insecure asks all the same.",
        StunStatus.NotFound => "Check the host's name, and that a name server is reached.",
        _ => "Check that it is a STUN server that listens there.",
    };
}
