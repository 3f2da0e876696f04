namespace Traversal.Peer.Reliable.Wire;

/// <summary>
/// The seals of a path. The secret that the path begins with went by way of whoever carried the signalling; once the two sides have another, which only they
/// can know, both change over to it, and the first is worth nothing.
/// </summary>
internal sealed class PathSeals : IDisposable
{
    private readonly bool _isInitiator;
    private PacketSeal _sending;
    private PacketSeal? _receiving;
    private PacketSeal? _nextSending, _nextReceiving;

    public PathSeals(ReadOnlySpan<byte> secret, bool isInitiator)
    {
        _isInitiator = isInitiator;
        (_sending, _receiving) = Make(secret);
    }

    /// <summary>The phase of what is sent: 1 after the change.</summary>
    public int SendingPhase { get; private set; }

    /// <summary>Seals a packet.</summary>
    public void Seal(Span<byte> packet, long number) => _sending.Seal(packet, number);

    /// <summary>Whether a packet was sealed by the other side.</summary>
    public bool IsSealed(ReadOnlySpan<byte> packet, int phase, long number)
    {
        PacketSeal? seal = phase == 0 ? _receiving : _nextReceiving;
        if (seal is null || !seal.IsSealed(packet, number)) return false;

        if (phase == 1) ChangeOver();
        return true;
    }

    /// <summary>
    /// Both sides know a new secret. The initiator goes on sealing with the old one until it hears that the other side has the new: what that side still has to
    /// hear to get it must not be sealed with it.
    /// </summary>
    public void Rekey(ReadOnlySpan<byte> secret)
    {
        if (_nextReceiving is not null) throw new InvalidOperationException("A path is rekeyed once.");

        (_nextSending, _nextReceiving) = Make(secret);
        if (!_isInitiator) ChangeSending();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sending.Dispose();
        _receiving?.Dispose();
        _nextSending?.Dispose();
        _nextReceiving?.Dispose();
    }

    private void ChangeOver()
    {
        _receiving?.Dispose();
        _receiving = null;
        ChangeSending();
    }

    private void ChangeSending()
    {
        if (_nextSending is not { } next) return;

        _sending.Dispose();
        _sending = next;
        _nextSending = null;
        SendingPhase = 1;
    }

    private (PacketSeal Sending, PacketSeal Receiving) Make(ReadOnlySpan<byte> secret)
    {
        PacketSeal initiators = new(secret, "initiator"u8), others = new(secret, "other"u8);
        return _isInitiator ? (initiators, others) : (others, initiators);
    }
}
