using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Traversal.Transport.Streams;

public sealed partial class StreamConnection
{
    private readonly Lock _outputGate = new();
    private readonly WakeSignal _writable = new();
    private readonly OutboundQueue _output;
    private long _writingSince = -1;

    /// <summary>
    /// Queues a frame to be sent; its bytes are copied. Where the outbound buffer has no room for it, the oldest expendable frames give way, and
    /// where that is not enough the frame itself is dropped; what is dropped is counted.
    /// </summary>
    /// <param name="frame">The whole frame, with its padding.</param>
    /// <param name="isExpendable">Whether it may give way to later frames, as media may. The others are sent before those that wait.</param>
    /// <returns>Whether the frame is queued.</returns>
    public bool TrySend(ReadOnlySpan<byte> frame, bool isExpendable = false)
    {
        int limit = _trusted ? _edge.Options.OutboundLimit : _edge.Options.StrangerLimit;
        bool queued = false;
        int dropped = 1;
        lock (_outputGate)
        {
            if (!_closing && _carry is null) queued = _output.TryAdd(frame, isExpendable, limit, out dropped);
        }

        if (dropped > 0) _edge.Counters.CountOutboundDrops(dropped);
        if (queued) _writable.Set();
        return queued;
    }

    private async Task WriteAllAsync()
    {
        try
        {
            while (true)
            {
                await _writable.WaitAsync().ConfigureAwait(false);
                while (TryTakeOutput(out ArraySegment<byte> bytes))
                {
                    await WriteAsync(bytes).ConfigureAwait(false);
                    OnWritten(bytes);
                }

                if (HasOutput) continue;
                if (_handsOver) return;
                if (!_closing) continue;
                await EndOutputAsync().ConfigureAwait(false);
                return;
            }
        }
        catch (Exception exception) when (IsStreamFailure(exception))
        {
            // The reader sees the same, or is made to.
            Interlocked.CompareExchange(ref _reason, (int)StreamCloseReason.Broken, (int)StreamCloseReason.None);
            _closing = true;
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ValueTask WriteAsync(ArraySegment<byte> bytes)
    {
        Volatile.Write(ref _writingSince, _edge.Now);
        return _stream is SslStream ? WriteRecordsAsync(bytes) : _stream.WriteAsync(bytes);
    }

    // A frame is a record of its own: there are clients that look for one frame in what a read of TLS returns.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteRecordsAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bool isWhole = _edge.Format.TryReadFrame(bytes.Span, out _, out int consumed) == OperationStatus.Done;
            int length = isWhole ? consumed : bytes.Length;
            await _stream.WriteAsync(bytes[..length]).ConfigureAwait(false);
            Volatile.Write(ref _writingSince, _edge.Now);
            bytes = bytes[length..];
        }
    }

    private bool HasOutput
    {
        get
        {
            lock (_outputGate) return !_output.IsEmpty;
        }
    }

    private bool TryTakeOutput(out ArraySegment<byte> bytes)
    {
        lock (_outputGate) return _output.TryTake(out bytes);
    }

    private void OnWritten(ArraySegment<byte> bytes)
    {
        Volatile.Write(ref _writingSince, -1);
        ArrayPool<byte>.Shared.Return(bytes.Array!);
        _edge.Counters.CountSent(bytes.Count);
    }

    // Saying that nothing more comes lets the client read all of it and close; the reader waits for that. Streams that cannot say so just end.
    private async ValueTask EndOutputAsync()
    {
        if (_stream is SslStream tls) await tls.ShutdownAsync().ConfigureAwait(false);
        if (_socket is not null && CloseReason != StreamCloseReason.ByPeer)
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        else
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool IsWriteStalled(long now)
    {
        long since = Volatile.Read(ref _writingSince);
        return since >= 0 && now - since >= _edge.Options.WriteTimeout.Ticks;
    }
}
