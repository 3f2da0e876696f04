using System.Buffers;
using System.Runtime.CompilerServices;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Client.Links;

/// <summary>A server over TCP or TLS, where messages follow each other (RFC 8656 section 12.5).</summary>
internal sealed class StreamLink : QueuedLink
{
    private const int InitialBytes = 4096;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[InitialBytes];
    private int _start;
    private int _next;
    private int _end;

    public StreamLink(Stream stream, TransportAddress local)
        : base(local)
    {
        _stream = stream;
        _ = WriteAllAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReceivedDatagram> ReceiveAsync()
    {
        try
        {
            _start = _next;
            while (true)
            {
                switch (TurnFrame.TryRead(_buffer.AsSpan(_start, _end - _start), out int length, out int consumed))
                {
                    case OperationStatus.Done:
                        _next = _start + consumed;
                        return new(NetworkStatus.Ok, length, default);
                    case OperationStatus.InvalidData:
                        return new(NetworkStatus.Failed, 0, default);
                }

                MakeRoom();
                int read = await _stream.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
                if (read == 0) return new(NetworkStatus.Closed, 0, default);
                _end += read;
            }
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            return new(NetworkStatus.Closed, 0, default);
        }
    }

    public override ReadOnlySpan<byte> Received(int length) => _buffer.AsSpan(_start, length);

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> messages) => _stream.WriteAsync(messages);

    protected override ValueTask CloseAsync() => _stream.DisposeAsync();

    protected override bool IsBreak(Exception exception) => exception is IOException or ObjectDisposedException or InvalidOperationException;

    // What is not whole yet moves to the front; the buffer grows to the longest message that there is.
    private void MakeRoom()
    {
        int pending = _end - _start;
        if (pending == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, TurnFrame.MaxLength));
        }
        else if (_start > 0 && (pending == 0 || _end == _buffer.Length))
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, pending);
        }
        else
        {
            return;
        }

        (_start, _next, _end) = (0, 0, pending);
    }
}
