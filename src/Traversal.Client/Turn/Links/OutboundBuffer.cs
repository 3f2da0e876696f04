using System.Numerics;

namespace Traversal.Client.Links;

/// <summary>
/// What waits to be written to a stream, in two buffers: one is filled while the other is written. Bounded; data is refused earlier than requests, which
/// a stream does not repeat.
/// </summary>
internal sealed class OutboundBuffer
{
    private const int InitialBytes = 4096;
    private const int MaxDataBytes = 256 << 10;
    private const int MaxBytes = MaxDataBytes + (32 << 10);

    private readonly Lock _gate = new();
    private readonly Signal _signal = new();
    private byte[] _filling = new byte[InitialBytes];
    private byte[] _writing = new byte[InitialBytes];
    private TaskCompletionSource<bool>? _room;
    private int _filled;
    private volatile bool _isClosed;

    /// <summary>Whether nothing more is taken.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Adds a message; whoever writes may go on in this thread.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryAdd(ReadOnlySpan<byte> message, bool isData)
    {
        lock (_gate)
        {
            int length = _filled + message.Length;
            if (_isClosed || length > (isData ? MaxDataBytes : MaxBytes)) return false;

            if (length > _filling.Length) Array.Resize(ref _filling, (int)BitOperations.RoundUpToPowerOf2((uint)length));
            message.CopyTo(_filling.AsSpan(_filled));
            _filled = length;
        }

        _signal.Set();
        return true;
    }

    /// <summary>Waits until there is something to write, for one writer.</summary>
    public ValueTask WaitAsync() => _signal.WaitAsync();

    /// <summary>Takes all there is to write, if anything; it stays untouched until the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        lock (_gate)
        {
            int length = _filled;
            (_filling, _writing, _filled) = (_writing, _filling, 0);
            _room?.TrySetResult(true);
            _room = null;
            return _writing.AsMemory(0, length);
        }
    }

    /// <summary>Waits until some of it was taken. False once no more is.</summary>
    public Task<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isClosed || _filled == 0) return Task.FromResult(!_isClosed);

            _room ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes no more; who waits goes on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _room?.TrySetResult(false);
        }

        _signal.Set();
    }
}
