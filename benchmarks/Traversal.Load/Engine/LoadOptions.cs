using Traversal.Primitives;

namespace Traversal.Load.Engine;

/// <summary>One run: who asks which server for what, and how long.</summary>
internal sealed record LoadOptions
{
    public required TransportAddress Server { get; init; }

    public ClientTransport Transport { get; init; }

    public string User { get; init; } = "user";

    public string Password { get; init; } = "pass";

    /// <summary>How many clients, each with one allocation, one peer and one flow in each direction.</summary>
    public int Allocations { get; init; } = 100;

    /// <summary>Payload lengths in bytes that bursts take in turn; <see cref="PacketStamp.Length"/> at least.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [160];

    public Directions Directions { get; init; } = Directions.Both;

    public DataPath Path { get; init; }

    public PeerArrangement Peers { get; init; }

    /// <summary>The address that peers are bound to; its port is 0.</summary>
    public TransportAddress PeerAddress { get; init; } = TransportAddress.FromIPv4(0x7F00_0001, 0);

    /// <summary>The addresses that clients are bound to in turn; none: any.</summary>
    public IReadOnlyList<TransportAddress> ClientAddresses { get; init; } = [];

    /// <summary>Packets a second in each direction; 0: as many as go through with <see cref="Window"/> packets on their way.</summary>
    public double Rate { get; init; }

    /// <summary>How many packets are on their way in each direction at most, when there is no rate.</summary>
    public int Window { get; init; } = 512;

    /// <summary>How many packets of one flow leave together.</summary>
    public int Burst { get; init; } = 1;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Load before the measurement, during which the rate (or the window) grows from 0.</summary>
    public TimeSpan Ramp { get; init; } = TimeSpan.Zero;

    /// <summary>Full load before the measurement, not counted.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long to wait for packets that are still on their way at the end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>How long the generator sleeps when nothing is to do; zero: not at all.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMicroseconds(20);

    /// <summary>The processes of the server, to read their usage; none: it is not read.</summary>
    public IReadOnlyList<int> ProcessIds { get; init; } = [];

    /// <summary>Make the allocations, measure that, and relay nothing.</summary>
    public bool SetupOnly { get; init; }

    /// <summary>How many clients set up at a time.</summary>
    public int SetupConcurrency { get; init; } = 1;

    /// <summary>How many allocations are made before those that the set-up figures are about.</summary>
    public int SetupBaseline { get; init; }

    /// <summary>Start with the nonce that the last client was given, not with a request that is refused.</summary>
    public bool ReuseNonce { get; init; }

    /// <summary>Leave the allocations to the server's timers instead of giving them back at the end.</summary>
    public bool Keep { get; init; }

    /// <summary>How long to stay idle after the set-up.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.Zero;

    public bool IsPaced => Rate > 0;

    public bool IsStream => Transport == ClientTransport.Tcp;

    public bool Sends(Directions direction) => (Directions & direction) != Directions.None;
}
