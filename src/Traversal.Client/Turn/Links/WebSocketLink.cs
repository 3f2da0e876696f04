using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Client.Links;

/// <summary>A server over a WebSocket: each binary message is one message of TURN.</summary>
internal sealed class WebSocketLink : QueuedLink
{
    private const int InitialBytes = 4096;

    private readonly WebSocket _socket;
    private byte[] _buffer = new byte[InitialBytes];

    public WebSocketLink(WebSocket socket, TransportAddress local)
        : base(local)
    {
        _socket = socket;
        _ = WriteAllAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReceivedDatagram> ReceiveAsync()
    {
        try
        {
            int length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
                if (part.MessageType != WebSocketMessageType.Binary) return new(NetworkStatus.Closed, 0, default);

                length += part.Count;
                if (part.EndOfMessage) return new(NetworkStatus.Ok, length, default);
                if (length == TurnFrame.MaxLength) return new(NetworkStatus.Failed, 0, default);
                if (length == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, TurnFrame.MaxLength));
            }
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            return new(NetworkStatus.Closed, 0, default);
        }
    }

    public override ReadOnlySpan<byte> Received(int length) => _buffer.AsSpan(0, length);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected override async ValueTask WriteAsync(ReadOnlyMemory<byte> messages)
    {
        // What this client wrote is well-formed.
        while (TurnFrame.TryRead(messages.Span, out _, out int length) == OperationStatus.Done)
        {
            await _socket.SendAsync(messages[..length], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            messages = messages[length..];
        }
    }

    protected override ValueTask CloseAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override bool IsBreak(Exception exception) =>
        exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;
}
