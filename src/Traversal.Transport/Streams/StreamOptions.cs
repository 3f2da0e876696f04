namespace Traversal.Transport.Streams;

/// <summary>Bounds for stream connections.</summary>
public sealed class StreamOptions
{
    /// <summary>The most connections at one time. Default 16,000. Each costs a descriptor.</summary>
    public int MaxConnections { get; set; } = 16_000;

    /// <summary>
    /// The most connections at one time from one IPv4 address or one IPv6 /64; loopback is exempt. Default 256: many clients may share one
    /// address behind a carrier's NAT.
    /// </summary>
    public int MaxConnectionsPerSource { get; set; } = 256;

    /// <summary>The most TLS handshakes a second, and at once after a second without any. Default 500, which takes part of one processor.</summary>
    public int HandshakesPerSecond { get; set; } = 500;

    /// <summary>The most TLS handshakes a second from one IPv4 address or one IPv6 /64; loopback is exempt. Default 50.</summary>
    public int HandshakesPerSource { get; set; } = 50;

    /// <summary>How long a new connection, with its handshake, may take to its first complete frame. Default 10 s.</summary>
    public TimeSpan FirstFrameTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be open, whatever it sends, until <see cref="StreamConnection.Trust"/>. Default 30 s.</summary>
    public TimeSpan StrangerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be without a complete frame until <see cref="StreamConnection.Trust"/> says otherwise. Default 30 s.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long incomplete frames may keep a connection waiting, beyond what their bytes take at <see cref="MinimumRate"/>; waits add up, so
    /// that short frames sent byte by byte do not escape. Default 10 s.
    /// </summary>
    public TimeSpan SlowTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The slowest that a frame may trickle in, in bytes a second. Default 128.</summary>
    public int MinimumRate { get; set; } = 128;

    /// <summary>How long one write may make no end before the connection is given up. Default 30 s.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection that is being closed has to take what is left to send and to close its side. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes that wait to be sent to one trusted connection; beyond that the oldest media is dropped and counted. Default 256 KiB.</summary>
    public int OutboundLimit { get; set; } = 256 << 10;

    /// <summary>
    /// The longest frame, and the most bytes that wait to be sent, until <see cref="StreamConnection.Trust"/>. Default 4 KiB: strangers hold
    /// little memory.
    /// </summary>
    public int StrangerLimit { get; set; } = 4 << 10;

    internal void Validate()
    {
        OptionCheck.Range(MaxConnections, 1, DatagramEngineOptions.SocketLimit, nameof(MaxConnections));
        OptionCheck.Range(MaxConnectionsPerSource, 1, int.MaxValue, nameof(MaxConnectionsPerSource));
        OptionCheck.Range(HandshakesPerSecond, 1, 1_000_000, nameof(HandshakesPerSecond));
        OptionCheck.Range(HandshakesPerSource, 1, 1_000_000, nameof(HandshakesPerSource));
        OptionCheck.Positive(FirstFrameTimeout, nameof(FirstFrameTimeout));
        OptionCheck.Positive(StrangerTimeout, nameof(StrangerTimeout));
        OptionCheck.Positive(IdleTimeout, nameof(IdleTimeout));
        OptionCheck.Positive(SlowTimeout, nameof(SlowTimeout));
        OptionCheck.Range(MinimumRate, 1, int.MaxValue, nameof(MinimumRate));
        OptionCheck.Positive(WriteTimeout, nameof(WriteTimeout));
        OptionCheck.Positive(CloseTimeout, nameof(CloseTimeout));
        OptionCheck.Range(StrangerLimit, 1 << 10, 1 << 20, nameof(StrangerLimit));
        OptionCheck.Range(OutboundLimit, StrangerLimit, 1 << 30, nameof(OutboundLimit));
    }
}
