using System.Buffers;
using Traversal.Peer.Multiplexing;

namespace Traversal.Client.Peers;

/// <content>What goes in and comes out of the TLS session. An idle connection holds no buffer.</content>
internal sealed partial class PeerSession
{
    private const int ReadLength = 16 << 10, WriteLength = 32 << 10;

    private bool _isPumping;
    private TaskCompletionSource? _flushed;

    private async Task ReadAsync()
    {
        Exception? failure = null;
        try
        {
            while (await ReadSomeAsync().ConfigureAwait(false))
            {
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            failure = broken;
        }

        OnBroken(failure);
        _readEnd.TrySetResult();
    }

    private async ValueTask<bool> ReadSomeAsync()
    {
        await _tls.Stream.ReadAsync(Memory<byte>.Empty, _ending.Token).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            int length = await _tls.Stream.ReadAsync(buffer, _ending.Token).ConfigureAwait(false);
            if (length > 0) OnBytes(buffer.AsSpan(0, length));
            return length > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void OnBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _heardAt = _clock.Now;
            _multiplexer.OnBytes(bytes);
        }

        TakeEvents();
        Pump();
    }

    /// <summary>Sends what there is to send, unless somebody does already.</summary>
    private void Pump()
    {
        lock (_gate)
        {
            if (_isPumping || !_multiplexer.HasToSend) return;
            _isPumping = true;
        }

        _ = PumpAsync();
    }

    private async Task PumpAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(WriteLength);
        try
        {
            while (TryTake(buffer, out int length))
            {
                TakeEvents(); // There may be room in streams now.
                await _tls.Stream.WriteAsync(buffer.AsMemory(0, length), _ending.Token).ConfigureAwait(false);
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            OnBroken(broken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Each side says when it closes; without that, somebody may have cut it short.
    private void OnBroken(Exception? failure)
    {
        if (!_hasSaidClose) End(new PeerConnectionException("The connection broke.", failure) { Reason = PeerCloseReason.Lost });
    }

    private bool TryTake(byte[] buffer, out int length)
    {
        lock (_gate)
        {
            if (_multiplexer.TryTakeTransmit(buffer, out length)) return true;

            _isPumping = false;
            if (_multiplexer.IsDrained) _flushed?.TrySetResult();
            return false;
        }
    }

    /// <summary>Waits until all that was written has gone into the TLS session.</summary>
    private Task FlushAsync(TimeSpan patience)
    {
        lock (_gate)
        {
            if (!_isPumping && _multiplexer.IsDrained && !_multiplexer.HasToSend) return Task.CompletedTask;
            _flushed = NewSignal();
        }

        return _flushed.Task.CompletesWithinAsync(patience, _environment.Time, CancellationToken.None);
    }
}
