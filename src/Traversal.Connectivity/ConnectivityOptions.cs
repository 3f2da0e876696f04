using Traversal.Ice;
using Traversal.Stun;

namespace Traversal.Connectivity;

/// <summary>What a <see cref="ConnectivityMachine"/> is to be like. Read once, when it is made.</summary>
public sealed class ConnectivityOptions
{
    /// <summary>What the agent is to be like. <see cref="IceAgentOptions.RelayOnly"/> is set by <see cref="Policy"/>.</summary>
    public IceAgentOptions Ice { get; set; } = new();

    /// <summary>Which candidates are used. Default: <see cref="CandidatePolicy.All"/>.</summary>
    public CandidatePolicy Policy { get; set; }

    /// <summary>Whether TURN servers are asked for an IPv6 address beside that of IPv4; one that has none gives IPv4 alone. Default: true.</summary>
    public bool RelaysIPv6 { get; set; } = true;

    /// <summary>Whether allocations should survive a change of this machine's address (RFC 8016), where the server allows it. Default: false.</summary>
    public bool Mobility { get; set; }

    /// <summary>When a STUN server is asked again and given up. Default: that of RFC 8489 section 6.2.1.</summary>
    public RetransmissionSchedule StunSchedule { get; set; } = RetransmissionSchedule.Unreliable;
}
