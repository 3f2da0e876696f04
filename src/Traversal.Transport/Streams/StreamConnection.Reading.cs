using System.Buffers;

namespace Traversal.Transport.Streams;

public sealed partial class StreamConnection
{
    /// <summary>What a connection reads into at first, and never less.</summary>
    private const int SmallBuffer = 4 << 10;

    /// <summary>What a busy connection reads into; longer only for a frame that needs it.</summary>
    private const int LargeBuffer = 64 << 10;

    private readonly WakeSignal _released = new();
    private byte[]? _input;
    private int _inputEnd;
    private int _framesEnd;
    private int _cursor;
    private int _lastFrame;
    private bool _announced;

    /// <summary>
    /// Takes the next frame of the batch. The bytes are the caller's to read and to change until <see cref="Release"/>.
    /// </summary>
    public bool TryReadFrame(out Span<byte> frame)
    {
        if (_cursor == _framesEnd)
        {
            frame = default;
            return false;
        }

        OperationStatus status = _edge.Format.TryReadFrame(_input.AsSpan(_cursor, _framesEnd - _cursor), out int length, out int consumed);
        if (status != OperationStatus.Done)
        {
            _cursor = _framesEnd; // The shard changed bytes that it had not read yet.
            frame = default;
            return false;
        }

        frame = _input.AsSpan(_cursor, length);
        _lastFrame = _cursor;
        _cursor += consumed;
        return true;
    }

    private async Task<StreamCloseReason> ReadAllAsync()
    {
        try
        {
            while (true)
            {
                if (_inputEnd == 0) await WaitForBytesAsync().ConfigureAwait(false);
                if (!EnsureRoom()) return StreamCloseReason.BadFrame;

                int received = await _stream.ReadAsync(_input.AsMemory(_inputEnd)).ConfigureAwait(false);
                if (received == 0) return StreamCloseReason.ByPeer;

                bool valid = Scan(received);
                if (_framesEnd > 0 && !_closing)
                {
                    _announced = true;
                    _inbox.Enqueue(this);
                    await _released.WaitAsync().ConfigureAwait(false);
                    if (!TryResume()) return StreamCloseReason.Shutdown;
                    if (_carry is not null) return StreamCloseReason.HandedOver;
                }

                if (!valid) return StreamCloseReason.BadFrame;
                Compact();
            }
        }
        catch (InvalidDataException)
        {
            return StreamCloseReason.BadFrame;
        }
        catch (Exception exception) when (IsStreamFailure(exception))
        {
            return StreamCloseReason.Broken;
        }
        finally
        {
            ReturnInput();
        }
    }

    // A connection that has nothing to say holds no buffer: a read of no bytes completes when there are some.
    private ValueTask<int> WaitForBytesAsync()
    {
        ReturnInput();
        return _stream.ReadAsync(Memory<byte>.Empty);
    }

    private bool EnsureRoom()
    {
        if (_input is null)
        {
            _input = ArrayPool<byte>.Shared.Rent(SmallBuffer);
            return true;
        }

        if (_inputEnd < _input.Length) return true;
        int limit = _trusted ? _edge.Format.MaxFrameLength : _edge.Options.StrangerLimit;
        if (_inputEnd >= limit) return false;
        Enlarge(Math.Min(_input.Length * 2, limit));
        return true;
    }

    /// <summary>Finds out how far the complete frames go; false when behind them begins something that is no frame, or a longer one than a stranger may send.</summary>
    private bool Scan(int received)
    {
        _inputEnd += received;
        _framesEnd = 0;
        _cursor = 0;
        int frames = 0;
        OperationStatus status;
        bool isTooLong;
        while (true)
        {
            status = _edge.Format.TryReadFrame(_input.AsSpan(_framesEnd, _inputEnd - _framesEnd), out int length, out int consumed);
            isTooLong = length > _edge.Options.StrangerLimit && !_trusted;
            if (status != OperationStatus.Done || isTooLong) break;

            _framesEnd += consumed;
            frames++;
        }

        _edge.Counters.CountReceived(frames, received);
        _pace.OnRead(_edge.Now, frames, _framesEnd, _inputEnd - _framesEnd);
        return status == OperationStatus.NeedMoreData && !isTooLong;
    }

    /// <summary>Goes on after the shard is done with the frames; false when there is no shard any more.</summary>
    private bool TryResume()
    {
        _pace.OnResumed(_edge.Now);
        if (!_edge.IsStopped) return true;
        _input = null; // A shard that was stopped in the middle of a batch may still look at it, so nobody else may get it.
        return false;
    }

    private void Compact()
    {
        bool wasFull = _inputEnd == _input!.Length;
        int left = _inputEnd - _framesEnd;
        _input.AsSpan(_framesEnd, left).CopyTo(_input);
        _inputEnd = left;
        _framesEnd = 0;
        _cursor = 0;
        if (wasFull && _trusted && _input.Length < LargeBuffer) Enlarge(_input.Length * 2);
    }

    private void Enlarge(int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(length);
        _input.AsSpan(0, _inputEnd).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_input!);
        _input = larger;
    }

    private void ReturnInput()
    {
        if (_input is not null) ArrayPool<byte>.Shared.Return(_input);
        _input = null;
        _inputEnd = 0;
        _framesEnd = 0;
        _cursor = 0;
    }
}
