using System.Buffers;
using System.Net.Sockets;

namespace Traversal.Transport.Streams;

public sealed partial class StreamConnection
{
    private readonly Lock _outputGate = new();
    private readonly WakeSignal _writable = new();
    private byte[]? _output;
    private int _outputLength;
    private long _writingSince = -1;

    /// <summary>
    /// Queues a frame to be sent; its bytes are copied. Where the outbound buffer has no room for the whole frame, the frame is dropped and counted.
    /// </summary>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        int limit = _trusted ? _edge.Options.OutboundLimit : _edge.Options.StrangerLimit;
        lock (_outputGate)
        {
            if (_closing || _outputLength + frame.Length > limit)
            {
                _edge.Counters.CountOutboundDrop();
                return false;
            }

            ReserveOutput(frame.Length);
            frame.CopyTo(_output.AsSpan(_outputLength));
            _outputLength += frame.Length;
        }

        _writable.Set();
        return true;
    }

    private void ReserveOutput(int more)
    {
        if (_output is not null && _output.Length - _outputLength >= more) return;

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallBuffer, (_outputLength + more) * 2));
        if (_output is not null)
        {
            _output.AsSpan(0, _outputLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_output);
        }

        _output = larger;
    }

    private async Task WriteAllAsync()
    {
        try
        {
            while (true)
            {
                await _writable.WaitAsync().ConfigureAwait(false);
                while (TryTakeOutput(out byte[] bytes, out int length))
                {
                    Volatile.Write(ref _writingSince, _edge.Now);
                    await _stream.WriteAsync(bytes.AsMemory(0, length)).ConfigureAwait(false);
                    OnWritten(bytes, length);
                }

                if (!_closing || HasOutput) continue;
                EndOutput();
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

    private bool HasOutput
    {
        get
        {
            lock (_outputGate) return _outputLength > 0;
        }
    }

    private bool TryTakeOutput(out byte[] bytes, out int length)
    {
        lock (_outputGate)
        {
            bytes = _output ?? [];
            length = _outputLength;
            _output = null;
            _outputLength = 0;
            return length > 0;
        }
    }

    private void OnWritten(byte[] bytes, int length)
    {
        Volatile.Write(ref _writingSince, -1);
        ArrayPool<byte>.Shared.Return(bytes);
        _edge.Counters.CountSent(length);
    }

    // Saying that nothing more comes lets the client read all of it and close; the reader waits for that. Streams that cannot say so just end.
    private void EndOutput()
    {
        if (_socket is not null && CloseReason != StreamCloseReason.ByPeer)
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        else
        {
            _stream.Dispose();
        }
    }

    private bool IsWriteStalled(long now)
    {
        long since = Volatile.Read(ref _writingSince);
        return since >= 0 && now - since >= _edge.Options.WriteTimeout.Ticks;
    }
}
