namespace Traversal.Transport;

/// <summary>What an engine does beyond sending and receiving datagrams; what it lacks costs speed or is refused, never silently wrong.</summary>
[Flags]
public enum EngineCapabilities
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>Several shards may listen on one address (<see cref="SocketRole.ListenerShare"/>).</summary>
    SharedListeners = 1,

    /// <summary>Many datagrams cross into the kernel with one call.</summary>
    BatchedCalls = 2,

    /// <summary>Equal-sized datagrams to one destination leave as one segmented send (UDP GSO).</summary>
    SegmentedSend = 4,

    /// <summary>Equal-sized datagrams from one source arrive as one (UDP GRO).</summary>
    CoalescedReceive = 8,

    /// <summary>A datagram may be sent that nobody fragments (<see cref="Primitives.Datagram.DontFragment"/>).</summary>
    DontFragment = 16,

    /// <summary>ICMP errors for what relay sockets sent are reported (<see cref="DatagramEngine.PathErrors"/>).</summary>
    PathErrors = 32,

    /// <summary>
    /// Traffic class and hop limit are received (<see cref="DatagramEngineOptions.ReceiveIPHeaders"/>) and may be set (<see cref="Primitives.Datagram.Header"/>).
    /// </summary>
    IPHeaders = 64,
}
