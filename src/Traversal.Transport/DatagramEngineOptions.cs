namespace Traversal.Transport;

/// <summary>Sizes of one engine. All memory is reserved at the start; pages that no datagram touched cost nothing.</summary>
public sealed class DatagramEngineOptions
{
    /// <summary>The most sockets that one engine can hold: the width of an index in a <see cref="Primitives.SocketId"/>.</summary>
    public const int SocketLimit = 1 << SocketTable.IndexBits;

    /// <summary>The most sockets open at one time (1 to <see cref="SocketLimit"/>). Default 65,536; each costs some 32 bytes even when unused.</summary>
    public int MaxSockets { get; set; } = 65_536;

    /// <summary>The most datagrams that one <see cref="DatagramEngine.Receive"/> returns (1 to 1,024). Default 128. More makes latency less even.</summary>
    public int ReceiveSlots { get; set; } = 128;

    /// <summary>How many datagrams of its own making the caller can hold at a time (1 to 1,024), see <see cref="DatagramEngine.TryReserve"/>. Default 128.</summary>
    public int ReservedSlots { get; set; } = 128;

    /// <summary>
    /// The most datagrams taken from one relay socket before the others have their turn (1 to <see cref="ReceiveSlots"/>). Default 16.
    /// A listener may take as much as is left.
    /// </summary>
    public int RelayBurst { get; set; } = 16;

    /// <summary>The kernel's receive and send buffer of a listener in bytes, as far as the system grants it. Default 8 MiB; too little loses bursts.</summary>
    public int ListenerBuffer { get; set; } = 8 << 20;

    /// <summary>The kernel's receive and send buffer of a relay socket in bytes; 0, the default, leaves what the system gives.</summary>
    public int RelayBuffer { get; set; }

    /// <summary>Whether segmented sends (UDP GSO) may be used where the kernel has them. Default true.</summary>
    public bool SegmentedSend { get; set; } = true;

    /// <summary>Whether coalesced receives (UDP GRO) may be used where the kernel has them. Default true.</summary>
    public bool CoalescedReceive { get; set; } = true;

    /// <summary>
    /// Whether datagrams are received with <see cref="Primitives.Datagram.Header"/>, where the engine has <see cref="EngineCapabilities.IPHeaders"/>. Each receive
    /// costs more with it. Default false.
    /// </summary>
    public bool ReceiveIPHeaders { get; set; }

    internal void Validate()
    {
        OptionCheck.Range(MaxSockets, 1, SocketLimit, nameof(MaxSockets));
        OptionCheck.Range(ReceiveSlots, 1, 1024, nameof(ReceiveSlots));
        OptionCheck.Range(ReservedSlots, 1, 1024, nameof(ReservedSlots));
        OptionCheck.Range(RelayBurst, 1, ReceiveSlots, nameof(RelayBurst));
        OptionCheck.Range(ListenerBuffer, 0, int.MaxValue, nameof(ListenerBuffer));
        OptionCheck.Range(RelayBuffer, 0, int.MaxValue, nameof(RelayBuffer));
    }
}
