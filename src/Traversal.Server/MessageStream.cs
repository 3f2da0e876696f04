using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Server;

/// <summary>
/// A WebSocket whose binary messages are one STUN message or one ChannelData each, as the stream of frames that the same would be on TCP.
/// A ChannelData comes with its padding or without, and goes without.
/// </summary>
internal sealed class MessageStream(WebSocket socket, TimeSpan closeTimeout) : Stream
{
    private readonly byte[] _start = new byte[ChannelData.HeaderLength];
    private int _received;
    private int _padding;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads what there is of the present message, or the padding behind it. A read of no bytes does not wait.</summary>
    /// <exception cref="InvalidDataException">The message is a text, or not one frame.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;

        try
        {
            while (_padding == 0)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close) return 0;
                bool isValid = result.MessageType == WebSocketMessageType.Binary && TryNote(buffer.Span[..result.Count], result.EndOfMessage);
                if (!isValid) break;

                // The last piece of a message may be empty (RFC 6455 section 5.4): that is no end of the stream.
                if (result.Count > 0) return result.Count;
            }

            if (_padding > 0) return Pad(buffer.Span);
        }
        catch (WebSocketException broken)
        {
            throw new IOException("The WebSocket broke.", broken);
        }

        await CloseAsync(WebSocketCloseStatus.InvalidMessageType).ConfigureAwait(false);
        throw new InvalidDataException("The message is not one frame.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (TurnFrame.TryRead(buffer.Span, out int length, out int consumed) == OperationStatus.Done)
            {
                await socket.SendAsync(buffer[..length], WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
                buffer = buffer[consumed..];
            }
        }
        catch (WebSocketException broken)
        {
            throw new IOException("The WebSocket broke.", broken);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync(WebSocketCloseStatus.NormalClosure).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Abort();
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Pad(Span<byte> buffer)
    {
        int length = Math.Min(_padding, buffer.Length);
        buffer[..length].Clear();
        _padding -= length;
        return length;
    }

    // A message is never taken further than its frame goes.
    private bool TryNote(ReadOnlySpan<byte> bytes, bool endsMessage)
    {
        if (_received < _start.Length) bytes[..Math.Min(bytes.Length, _start.Length - _received)].CopyTo(_start.AsSpan(_received));
        _received += bytes.Length;
        if (!endsMessage && bytes.IsEmpty) return false;
        if (_received < _start.Length) return !endsMessage;

        int length = BinaryPrimitives.ReadUInt16BigEndian(_start.AsSpan(2));
        length += ChannelData.LooksLikeChannelData(_start) ? ChannelData.HeaderLength : StunMessage.HeaderLength;
        int padded = (length + 3) & ~3;
        if (!endsMessage) return _received <= padded;
        if (_received != length && _received != padded) return false;

        _padding = padded - _received;
        _received = 0;
        return true;
    }

    private async ValueTask CloseAsync(WebSocketCloseStatus status)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;

        using var deadline = new CancellationTokenSource(closeTimeout);
        try
        {
            await socket.CloseOutputAsync(status, statusDescription: null, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone, or does not read; the connection is cut either way.
        }
    }
}
