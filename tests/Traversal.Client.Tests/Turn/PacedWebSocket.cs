using System.Net.WebSockets;
using System.Threading.Tasks.Sources;

namespace Traversal.Client.Tests.Turn;

/// <summary>A WebSocket without a network: a receive waits until the test delivers the message, a send until the test takes it, in the test's thread. It allocates nothing.</summary>
internal sealed class PacedWebSocket(byte[] message) : WebSocket, IValueTaskSource<ValueWebSocketReceiveResult>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<ValueWebSocketReceiveResult> _arrival;
    private ManualResetValueTaskSourceCore<bool> _departure;

    public int Sent { get; private set; }

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => WebSocketState.Open;

    public override string? SubProtocol => null;

    /// <summary>Ends the receive that waits with the message.</summary>
    public void Deliver() => _arrival.SetResult(new ValueWebSocketReceiveResult(message.Length, WebSocketMessageType.Binary, endOfMessage: true));

    /// <summary>Ends the send that waits.</summary>
    public void Take() => _departure.SetResult(true);

    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        message.CopyTo(buffer);
        _arrival.Reset();
        return new(this, _arrival.Version);
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        Sent++;
        _departure.Reset();
        return new(this, _departure.Version);
    }

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Abort()
    {
    }

    public override void Dispose()
    {
    }

    ValueWebSocketReceiveResult IValueTaskSource<ValueWebSocketReceiveResult>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ValueWebSocketReceiveResult>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<ValueWebSocketReceiveResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => _departure.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _departure.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _departure.OnCompleted(continuation, state, token, flags);
}
