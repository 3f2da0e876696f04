using System.Runtime.CompilerServices;
using Traversal.Client.Peers;
using Traversal.Peer.Multiplexing;

namespace Traversal.Client;

/// <summary>
/// A stream of bytes in each direction, one of many on a <see cref="PeerConnection"/>. One thread at a time may read, and one may write. Reading gives 0 at the end
/// of what the other side wrote; where it gave up the stream, or the connection is over, reads and writes throw a <see cref="PeerConnectionException"/>.
/// </summary>
/// <remarks>
/// <see cref="Stream.DisposeAsync"/> ends what this side writes, as <see cref="CompleteWrites"/> does; what was written still goes, also where the connection is
/// closed next. What the other side has written and nobody has read is dropped.
/// </remarks>
public sealed class PeerStream : Stream
{
    private readonly PeerSession _session;
    private readonly MultiplexedStream _inner;
    private readonly AsyncSignal _readable = new(runsInline: false), _writable = new(runsInline: false);
    private int _isDisposed;

    internal PeerStream(PeerSession session, MultiplexedStream inner)
    {
        _session = session;
        _inner = inner;
    }

    /// <summary>Its number on the connection, the same on both sides.</summary>
    public long Id => _inner.Id;

    internal MultiplexedStream Inner => _inner;

    /// <inheritdoc/>
    public override bool CanRead => _isDisposed == 0;

    /// <inheritdoc/>
    public override bool CanWrite => _isDisposed == 0;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says that nothing more will be written. What was written still goes to the other side, and then the end.</summary>
    public void CompleteWrites() => _session.Do(static (_, inner) => inner.Finish(), _inner);

    /// <summary>Gives up what was written and has not gone yet; the other side's reads throw with the code.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void AbortWrites(long code) => _session.Do(static (_, abort) => abort.Inner.Reset(abort.Code), (Inner: _inner, Code: code));

    /// <summary>Reads no more; the other side's writes throw with the code.</summary>
    /// <param name="code">Any number from 0 to 2^62 - 1, which means what the two agree on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is another number.</exception>
    public void AbortReads(long code) => _session.Do(static (_, abort) => abort.Inner.StopReading(abort.Code), (Inner: _inner, Code: code));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return TryRead(buffer, out int length) ? new(length) : ReadLaterAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Writes. It completes when the bytes are taken, which may be before they are sent; it waits while the other side takes no more.</summary>
    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        int written = Write(buffer);
        return written == buffer.Length ? ValueTask.CompletedTask : WriteLaterAsync(buffer[written..], cancellationToken);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Does nothing: what is written goes as soon as it can.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written goes as soon as it can.</summary>
    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Something has happened to it, or to all.</summary>
    internal void OnEvent(MultiplexerEventKind kinds)
    {
        if (kinds.HasFlag(MultiplexerEventKind.Readable) || kinds.HasFlag(MultiplexerEventKind.Reset)) _readable.Set();
        if (kinds.HasFlag(MultiplexerEventKind.Writable) || kinds.HasFlag(MultiplexerEventKind.Stopped)) _writable.Set();
        if (_inner.IsOver) _session.Forget(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            CompleteWrites();
            AbortReads(0);

            // Whoever still waits learns of it.
            _readable.Set();
            _writable.Set();
        }

        base.Dispose(disposing);
    }

    private bool TryRead(Memory<byte> buffer, out int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        (length, bool isDone) = _session.Do(
            static (_, read) =>
            {
                (MultiplexedStream inner, Memory<byte> buffer) = read;
                return inner.ReadableLength > 0 ? (buffer.IsEmpty ? 0 : inner.Read(buffer.Span), true) : (0, inner.IsAtEnd);
            },
            (_inner, buffer));
        if (isDone) return true;
        if (_inner.PeerResetCode is { } code) throw new PeerConnectionException("The other side has given up what it wrote.") { Code = code };

        _session.ThrowIfOver();
        return false;
    }

    private int Write(ReadOnlyMemory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        _session.ThrowIfOver();
        int written = _session.Do(static (_, write) => write.Inner.Write(write.Buffer.Span), (Inner: _inner, Buffer: buffer));
        if (written == buffer.Length) return written;
        if (_inner.PeerStopCode is { } code) throw new PeerConnectionException("The other side reads no more.") { Code = code };
        if (_inner.IsFinished) throw new InvalidOperationException("The stream was completed or aborted: nothing more can be written.");

        return written;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int length;
        do
        {
            await _readable.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!TryRead(buffer, out length));

        return length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteLaterAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            await _writable.WaitAsync(cancellationToken).ConfigureAwait(false);
            buffer = buffer[Write(buffer)..];
        }
    }
}
