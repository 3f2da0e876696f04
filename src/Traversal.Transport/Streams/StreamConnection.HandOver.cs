using Traversal.Primitives;

namespace Traversal.Transport.Streams;

public sealed partial class StreamConnection
{
    private volatile Func<Stream, ReadOnlyMemory<byte>, Task>? _carry;
    private volatile bool _handsOver;
    private byte[] _rest = [];

    /// <summary>
    /// Ends the frames: nothing behind the last one that was read is taken for one any more. What waits to be sent is sent, then another owner has the
    /// stream; the connection still counts, and ends with the owner's task. The shard calls this before <see cref="Release"/>.
    /// </summary>
    /// <param name="carry">
    /// The owner: it gets the stream, and the bytes that were read from it already. It is called whatever happens, perhaps with a stream that is
    /// disposed of, and does not throw.
    /// </param>
    public void HandOver(Func<Stream, ReadOnlyMemory<byte>, Task> carry)
    {
        ArgumentNullException.ThrowIfNull(carry);
        _rest = _input.AsSpan(_cursor, _inputEnd - _cursor).ToArray();
        _framesEnd = _cursor;
        _carry = carry;
    }

    /// <summary>
    /// Gives the connection to another shard of the edge, which begins with the frame that was read last. The shard that has it calls this instead of
    /// <see cref="Release"/> and has nothing more to do with it; its id is another one then.
    /// </summary>
    /// <returns>False, and nothing has changed, where the other one has no room.</returns>
    public bool TryMoveTo(StreamInbox other)
    {
        ArgumentNullException.ThrowIfNull(other);
        SocketId id = Id;
        StreamInbox here = _inbox;
        if (!other.TryAdd(this)) return false;

        _inbox = other;
        here.Remove(id);
        _cursor = _lastFrame;
        other.Enqueue(this);

        // Who went round to close all may have missed it.
        if (_edge.IsStopping) BeginClose(StreamCloseReason.Shutdown);
        return true;
    }

    private async Task CarryAsync(Task writing)
    {
        _handsOver = true;
        _writable.Set();
        await writing.ConfigureAwait(false);
        await _carry!(_stream, _rest).ConfigureAwait(false);
    }
}
