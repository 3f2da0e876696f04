using System.Buffers;
using Traversal.Transport.Streams;
using Traversal.Turn;

namespace Traversal.Server;

/// <summary>Tells the stream edge, which knows no protocol, how STUN messages and ChannelData stand in a stream (RFC 8656 section 12.5).</summary>
internal sealed class TurnFrameFormat : IFrameFormat
{
    public int MaxFrameLength => TurnFrame.MaxLength;

    public OperationStatus TryReadFrame(ReadOnlySpan<byte> buffer, out int frameLength, out int consumed) =>
        TurnFrame.TryRead(buffer, out frameLength, out consumed);
}
