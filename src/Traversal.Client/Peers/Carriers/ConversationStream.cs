using System.Runtime.CompilerServices;

namespace Traversal.Client.Peers;

/// <summary>The conversation of a carrier as a stream: one reader and one writer at a time. Reading no bytes waits until there are some.</summary>
internal sealed class ConversationStream(ReliableCarrier carrier) : Stream
{
    /// <summary>There may be something to read. TLS goes on in the thread that received; it does not block.</summary>
    public AsyncSignal Readable { get; } = new(runsInline: true);

    /// <summary>There may be room.</summary>
    public AsyncSignal Writable { get; } = new(runsInline: false);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        carrier.TryRead(buffer.Span, out int length) ? new(length) : ReadLaterAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int written = carrier.Write(buffer.Span);
        return written == buffer.Length ? ValueTask.CompletedTask : WriteLaterAsync(buffer[written..], cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int length;
        do
        {
            await Readable.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!carrier.TryRead(buffer.Span, out length));

        return length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteLaterAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            await Writable.WaitAsync(cancellationToken).ConfigureAwait(false);
            buffer = buffer[carrier.Write(buffer.Span)..];
        }
    }
}
