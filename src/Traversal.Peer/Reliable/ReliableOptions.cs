namespace Traversal.Peer.Reliable;

/// <summary>What a <see cref="ReliablePath"/> is to be like. Read once, when it is made.</summary>
public sealed class ReliableOptions
{
    /// <summary>Whether this side is the one that opened the path; the other is not. The controlling side of ICE is.</summary>
    public required bool IsInitiator { get; set; }

    /// <summary>
    /// What both sides know, and nobody else on the way: of ICE the two passwords, the initiator's first. At least 16 bytes. Whoever knows it can inject packets
    /// until <see cref="ReliablePath.Rekey"/>.
    /// </summary>
    public required ReadOnlyMemory<byte> Secret { get; set; }

    /// <summary>The longest datagram that the path may carry, tag and all; lengths up to it are tried. Default: 1452, at most 16,384.</summary>
    public int MaxDatagramLength { get; set; } = 1452;

    /// <summary>How long the other side may be silent while something waits for its answer. Default: 60 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    internal string? FindProblem()
    {
        if (Secret.Length < 16) return "The secret has at least 16 bytes.";
        if (MaxDatagramLength is < ReliableLimits.BaseLength or > ReliableLimits.MaxLength) return $"A datagram has {ReliableLimits.BaseLength} to {ReliableLimits.MaxLength} bytes.";
        return Patience <= TimeSpan.Zero ? "Patience is more than nothing." : null;
    }
}
