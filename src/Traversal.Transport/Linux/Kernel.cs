namespace Traversal.Transport.Linux;

/// <summary>Numbers of the Linux interface on x86-64 and arm64.</summary>
internal static class Kernel
{
    /// <summary>SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC.</summary>
    public const int DatagramType = 0x2 | 0x800 | 0x80000;

    public const int SocketLevel = 1;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int ReusePort = 15;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;

    public const int IPv6Level = 41;
    public const int IPv6Only = 26;

    public const int IPv6MtuDiscovery = 23;
    public const int IPv6ReceiveErrors = 25;
    public const int IPv6ReceiveHopLimit = 51;
    public const int IPv6HopLimit = 52;
    public const int IPv6ReceiveTrafficClass = 66;
    public const int IPv6TrafficClass = 67;

    public const int IPv4Level = 0;
    public const int IPv4TrafficClass = 1;
    public const int IPv4HopLimit = 2;
    public const int IPv4MtuDiscovery = 10;
    public const int IPv4ReceiveErrors = 11;
    public const int IPv4ReceiveHopLimit = 12;
    public const int IPv4ReceiveTrafficClass = 13;

    /// <summary>IPV6_PMTUDISC_WANT: fragments what is longer than the path's MTU, as is known from ICMP.</summary>
    public const int FollowPath = 1;

    /// <summary>IP_PMTUDISC_PROBE: the DF bit is set, and only the interface's MTU bounds the length.</summary>
    public const int NeverFragment = 3;

    /// <summary>IP_PMTUDISC_OMIT: the DF bit is not set, and no ICMP changes the lengths of fragments.</summary>
    public const int MayFragment = 5;

    public const int UdpLevel = 17;
    public const int UdpSegment = 103;
    public const int UdpCoalesce = 104;

    public const int DontWait = 0x40;

    /// <summary>MSG_TRUNC: the length of what did not fit is said too.</summary>
    public const int Truncate = 0x20;

    /// <summary>MSG_ERRQUEUE.</summary>
    public const int ErrorQueue = 0x2000;

    /// <summary>SO_EE_ORIGIN_ICMP.</summary>
    public const byte IcmpOrigin = 2;

    /// <summary>SO_EE_ORIGIN_ICMP6.</summary>
    public const byte Icmpv6Origin = 3;

    /// <summary>EPOLL_CLOEXEC, EFD_CLOEXEC and TFD_CLOEXEC.</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>EFD_NONBLOCK and TFD_NONBLOCK.</summary>
    public const int NonBlocking = 0x800;

    /// <summary>CLOCK_MONOTONIC.</summary>
    public const int MonotonicClock = 1;

    /// <summary>MADV_HUGEPAGE.</summary>
    public const int AdviseHugePage = 14;

    public const int PollAdd = 1;
    public const int PollModify = 3;
    public const uint PollIn = 1;
    public const uint PollError = 8;
    public const uint PollEdgeTriggered = 1u << 31;

    /// <summary>EPOLLONESHOT: tells once and then no more until it is asked again.</summary>
    public const uint PollOnce = 1u << 30;

    /// <summary>The most segments of one datagram that a kernel sends or hands over (UDP_MAX_SEGMENTS; older ones have 64).</summary>
    public const int MaxReceivedSegments = 128;

    /// <summary>The most segments of one datagram that every kernel with segmentation sends.</summary>
    public const int MaxSentSegments = 64;
}
