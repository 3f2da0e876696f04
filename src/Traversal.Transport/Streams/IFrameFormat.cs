using System.Buffers;

namespace Traversal.Transport.Streams;

/// <summary>How frames stand in a stream of bytes. Implementations are stateless and may be used by any number of threads.</summary>
public interface IFrameFormat
{
    /// <summary>The longest frame that there can be, with its padding; no buffer for one connection's input is longer than that needs.</summary>
    int MaxFrameLength { get; }

    /// <summary>Looks for a frame at the start of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">What a stranger sent; it may end anywhere.</param>
    /// <param name="frameLength">The length of the frame, as soon as the bytes say it, complete or not; 0 until then.</param>
    /// <param name="consumed">The length of the frame and of the padding behind it: where the next frame starts; 0 where it is not complete.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/> when the frame is not complete;
    /// <see cref="OperationStatus.InvalidData"/> when these bytes are no frame, which ends the connection.
    /// </returns>
    OperationStatus TryReadFrame(ReadOnlySpan<byte> buffer, out int frameLength, out int consumed);
}
