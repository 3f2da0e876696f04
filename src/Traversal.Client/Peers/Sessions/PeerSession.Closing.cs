using Traversal.Peer.Multiplexing;
using Traversal.Primitives;

namespace Traversal.Client.Peers;

/// <content>Signs of life, and the end.</content>
internal sealed partial class PeerSession
{
    private int _isClosing;

    // What breaks after that breaks because it is over.
    private volatile bool _hasSaidClose;

    /// <summary>Closes: what was written goes first, as far as the other side takes it in time.</summary>
    public async Task CloseAsync(long code)
    {
        if (Failure is null && Interlocked.Exchange(ref _isClosing, 1) == 0)
        {
            await FlushAsync(_options.CloseTimeout).ConfigureAwait(false);
            await SayCloseAsync(MultiplexerCloseReason.Application, code).ConfigureAwait(false);
            End(new PeerConnectionException("This side has closed the connection.") { Reason = PeerCloseReason.Closed, Code = code });
        }

        await Over.ConfigureAwait(false);
    }

    /// <summary>Tells the other side that it is over, and waits until that has arrived.</summary>
    private async Task SayCloseAsync(MultiplexerCloseReason reason, long code)
    {
        long began = _environment.Time.GetTimestamp();
        TimeSpan Left() => _options.CloseTimeout - _environment.Time.GetElapsedTime(began);
        try
        {
            _hasSaidClose = true;
            Do(static (multiplexer, close) => multiplexer.Close(close.reason, close.code), (reason, code));
            await FlushAsync(Left()).ConfigureAwait(false);
            if (Failure is not null) return;

            await _tls.Stream.ShutdownAsync().WaitAsync(TimerExtensions.Clamp(Left()), _environment.Time).ConfigureAwait(false);

            // The other side lets go when it has read this; to let go before it does could take it from its hands.
            await _carrier.FinishAsync(Left()).ConfigureAwait(false);
            await _readEnd.Task.CompletesWithinAsync(Left(), _environment.Time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException or TimeoutException)
        {
            // Then nothing can be told.
        }
    }

    private void OnClosed()
    {
        (MultiplexerCloseReason reason, long code, bool isByPeer) = (_multiplexer.CloseReason, _multiplexer.CloseCode, _multiplexer.IsClosedByPeer);
        if (isByPeer)
        {
            End(reason switch
            {
                MultiplexerCloseReason.Application => new PeerConnectionException("The other side has closed the connection.") { Reason = PeerCloseReason.ClosedByPeer, Code = code },
                MultiplexerCloseReason.Refused => new PeerConnectionException("The other side does not want this peer.") { Reason = PeerCloseReason.Refused, Code = code },
                _ => new PeerConnectionException("The other side says that this one does not keep to the rules.") { Reason = PeerCloseReason.ProtocolViolation, Code = code },
            });
        }
        else if (reason == MultiplexerCloseReason.ProtocolViolation)
        {
            _hasSaidClose = true;
            _ = EndViolationAsync();
        }
    }

    private async Task EndViolationAsync()
    {
        await FlushAsync(_options.CloseTimeout).ConfigureAwait(false);
        End(new PeerConnectionException("The other side does not keep to the rules.") { Reason = PeerCloseReason.ProtocolViolation });
    }

    private void OnTimer()
    {
        TimeSpan silence;
        lock (_gate) silence = _clock.Now - _heardAt;
        if (Failure is not null) return;

        TimeSpan idle = _options.IdleTimeout, ask = _options.KeepAliveInterval;
        if (idle != Timeout.InfiniteTimeSpan && silence >= idle)
        {
            End(new PeerConnectionException("Nothing was heard of the other side.") { Reason = PeerCloseReason.TimedOut });
            return;
        }

        bool asks = ask != Timeout.InfiniteTimeSpan && silence >= ask;
        if (asks) Do(static (multiplexer, _) => multiplexer.Ping(), 0);

        TimeSpan untilAsking = ask == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : asks ? ask : ask - silence;
        TimeSpan untilOver = idle == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : idle - silence;
        _timer.FireIn(untilAsking < untilOver ? untilAsking : untilOver);
    }
}
