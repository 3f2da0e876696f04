namespace Traversal.Stun;

/// <summary>One message of a batch whose MESSAGE-INTEGRITY is to be verified; see <see cref="IntegrityBatch"/>.</summary>
public readonly struct IntegrityCheck
{
    /// <summary>Describes a message by where it stands, so that checks can be kept in an array.</summary>
    /// <param name="start">Where the message starts in the bytes that the batch will be given.</param>
    /// <param name="message">The message, parsed.</param>
    /// <param name="key">The key that it should have been made with.</param>
    public IntegrityCheck(int start, in StunMessage message, IntegrityKey key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentNullException.ThrowIfNull(key);
        Start = start;
        CoveredLength = message.IntegrityOffset;
        Key = key;
    }

    /// <summary>The key.</summary>
    public IntegrityKey Key { get; }

    internal int Start { get; }

    // How many bytes stand before MESSAGE-INTEGRITY; 0 where there is none that could be right.
    internal int CoveredLength { get; }
}
