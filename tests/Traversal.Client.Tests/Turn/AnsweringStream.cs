using System.Buffers;
using System.IO.Pipelines;
using Traversal.Turn;

namespace Traversal.Client.Tests.Turn;

/// <summary>A connection in memory whose other end has answered each message before the writer goes on, and may hang up then.</summary>
internal sealed class AnsweringStream : Stream
{
    private readonly Pipe _pipe = new();
    private readonly Func<byte[], byte[]?> _answer;
    private readonly Func<bool> _hangsUp;
    private readonly Stream _incoming;

    public AnsweringStream(Func<byte[], byte[]?> answer, Func<bool> hangsUp)
    {
        (_answer, _hangsUp) = (answer, hangsUp);
        _incoming = _pipe.Reader.AsStream();
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void HangUp() => _pipe.Writer.Complete();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (TurnFrame.TryRead(buffer.Span, out int length, out int consumed) == OperationStatus.Done)
        {
            if (_answer(buffer[..length].ToArray()) is { } answer)
            {
                await _pipe.Writer.WriteAsync(answer, cancellationToken);
                if (_hangsUp()) HangUp();
            }

            buffer = buffer[consumed..];
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _incoming.ReadAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        HangUp();
        base.Dispose(disposing);
    }
}
