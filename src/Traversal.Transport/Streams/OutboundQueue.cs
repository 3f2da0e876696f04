using System.Buffers;

namespace Traversal.Transport.Streams;

/// <summary>
/// Frames that wait to be written. Where there is no room for one, the oldest expendable ones give way: to media that comes late, media that
/// comes too late is worth nothing. The others are written first, and only dropped where there is nothing expendable left to drop.
/// </summary>
internal sealed class OutboundQueue(IFrameFormat format)
{
    private ByteRun _kept;
    private ByteRun _expendable;

    public bool IsEmpty => _kept.Length + _expendable.Length == 0;

    /// <summary>Adds a frame, whose bytes are copied.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="isExpendable">Whether it may give way to later ones.</param>
    /// <param name="limit">The most bytes that may wait.</param>
    /// <param name="dropped">How many frames were dropped, this one counted.</param>
    public bool TryAdd(ReadOnlySpan<byte> frame, bool isExpendable, int limit, out int dropped)
    {
        dropped = 1;
        int room = limit - _kept.Length - frame.Length;
        if (room < 0) return false;

        for (dropped = 0; _expendable.Length > room; dropped++) DropOldest();
        (isExpendable ? ref _expendable : ref _kept).Add(frame);
        return true;
    }

    /// <summary>Takes what is to be written next; the array goes back to the pool after that.</summary>
    public bool TryTake(out ArraySegment<byte> bytes)
    {
        bytes = (_kept.Length > 0 ? ref _kept : ref _expendable).Take();
        return bytes.Count > 0;
    }

    private void DropOldest()
    {
        bool isWhole = format.TryReadFrame(_expendable.Span, out _, out int consumed) == OperationStatus.Done;
        _expendable.Drop(isWhole ? Math.Min(consumed, _expendable.Length) : _expendable.Length);
    }
}
