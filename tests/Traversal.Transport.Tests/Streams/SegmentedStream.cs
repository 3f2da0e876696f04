namespace Traversal.Transport.Tests.Streams;

/// <summary>A stream whose reads return exactly the segments it was made with, then wait for its end. What is written to it is kept.</summary>
internal sealed class SegmentedStream(IReadOnlyList<byte[]> segments) : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _segments = new(segments.Select(segment => (ReadOnlyMemory<byte>)segment));
    private readonly MemoryStream _written = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When set, writes never complete.</summary>
    public bool IsStuck { get; init; }

    public byte[] Written
    {
        get
        {
            lock (_written) return _written.ToArray();
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets reads return the end of the stream.</summary>
    public void End() => _ended.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (_segments.Count == 0)
        {
            await _ended.Task;
            return 0;
        }

        if (buffer.IsEmpty) return 0;
        ReadOnlyMemory<byte> segment = _segments.Dequeue();
        int length = Math.Min(segment.Length, buffer.Length);
        segment.Span[..length].CopyTo(buffer.Span);
        if (length < segment.Length)
        {
            ReadOnlyMemory<byte>[] rest = [segment[length..], .. _segments];
            _segments.Clear();
            foreach (ReadOnlyMemory<byte> part in rest) _segments.Enqueue(part);
        }

        return length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (IsStuck)
        {
            await _ended.Task;
            throw new IOException("The stream has ended.");
        }

        lock (_written) _written.Write(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }
}
