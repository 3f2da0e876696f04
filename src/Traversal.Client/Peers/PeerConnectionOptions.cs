using Traversal.Client.Identity;
using Traversal.Peer.Identity;

namespace Traversal.Client;

/// <summary>What a <see cref="PeerConnection"/> is to be like.</summary>
public sealed record PeerConnectionOptions
{
    /// <summary>The protocol of connections that name none.</summary>
    public const string DefaultProtocol = "traversal/1";

    /// <summary>Who this side is. It must not be disposed of before the connection.</summary>
    public required PeerIdentity Identity { get; init; }

    /// <summary>
    /// Who the other side has to be: a key, or an account for which any of its devices speaks. Null where <see cref="Accept"/> decides. Default: null.
    /// </summary>
    public PeerId? Peer { get; init; }

    /// <summary>
    /// Whether to take a peer that has proved who it is. Called once, before either side's connecting is over. It is needed where <see cref="Peer"/> is null.
    /// Default: null, which takes the peer that was asked for.
    /// </summary>
    public Func<RemotePeer, CancellationToken, ValueTask<bool>>? Accept { get; init; }

    /// <summary>
    /// The application protocols that this side speaks, the preferred first, as ALPN has them (RFC 7301): 1 to 255 bytes of UTF-8 each. Default: one,
    /// <see cref="DefaultProtocol"/>.
    /// </summary>
    public IReadOnlyList<string> Protocols { get; init; } = [DefaultProtocol];

    /// <summary>How the path is found. Whoever makes the offer has the role <see cref="Traversal.Ice.IceRole.Controlling"/>, the other side the other one.</summary>
    public IceConnectionOptions Path { get; init; } = new();

    /// <summary>
    /// How long ICE is alone in looking for a way, before TCP connections between the two hosts are tried too; <see cref="Timeout.InfiniteTimeSpan"/> for
    /// never. ICE is preferred, as its path can change. Default: 1 s.
    /// </summary>
    public TimeSpan TcpDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the two sides may take to prove who they are, once there is a path. Default: 20 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// After how long a silence the other side is asked whether it is there; <see cref="Timeout.InfiniteTimeSpan"/> for never. Default: 15 s. The path under an
    /// idle connection is kept open by ICE in any case.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long nothing may be heard of the other side; <see cref="Timeout.InfiniteTimeSpan"/> for ever. Default: 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long closing waits until the other side has what was written. Default: 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many streams the other side may have open at once, 4 to 1,024. Default: 128.</summary>
    public int MaxStreams { get; init; } = 128;

    /// <summary>What is wrong with these options, as an argument's exception says it; null where nothing is.</summary>
    internal string? FindProblem()
    {
        if (Identity is null) return $"{nameof(Identity)} is needed.";
        if (Peer is null && Accept is null) return $"{nameof(Peer)} or {nameof(Accept)} is needed: one of the two says with whom to connect.";
        if (Peer is { IsNone: true }) return $"{nameof(Peer)} names nobody.";
        if (Protocols is not { Count: > 0 and <= 16 }) return $"{nameof(Protocols)} names 1 to 16 protocols.";
        if (Protocols.Any(static name => System.Text.Encoding.UTF8.GetByteCount(name) is < 1 or > 255)) return $"Each of {nameof(Protocols)} has 1 to 255 bytes.";
        if (MaxStreams is < 4 or > 1024) return $"{nameof(MaxStreams)} is 4 to 1024.";
        if (!IsTime(TcpDelay, orNever: true)) return $"{nameof(TcpDelay)} is not negative.";
        if (!IsTime(HandshakeTimeout, orNever: false)) return $"{nameof(HandshakeTimeout)} is not negative.";
        if (!IsTime(KeepAliveInterval, orNever: true) || KeepAliveInterval == TimeSpan.Zero) return $"{nameof(KeepAliveInterval)} is more than nothing.";
        if (!IsTime(IdleTimeout, orNever: true) || IdleTimeout == TimeSpan.Zero) return $"{nameof(IdleTimeout)} is more than nothing.";
        return IsTime(CloseTimeout, orNever: false) ? null : $"{nameof(CloseTimeout)} is not negative.";
    }

    private static bool IsTime(TimeSpan time, bool orNever) => time >= TimeSpan.Zero || (orNever && time == Timeout.InfiniteTimeSpan);
}
