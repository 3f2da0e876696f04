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

    private async Task CarryAsync(Task writing)
    {
        _handsOver = true;
        _writable.Set();
        await writing.ConfigureAwait(false);
        await _carry!(_stream, _rest).ConfigureAwait(false);
    }
}
