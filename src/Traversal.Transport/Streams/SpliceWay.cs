using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace Traversal.Transport.Streams;

/// <summary>One way of a <see cref="Splice"/>.</summary>
internal sealed class SpliceWay(Stream from, Stream to, BytePace? pace, Splice owner)
{
    /// <summary>The most bytes that are on their way; while there are none, there is no buffer.</summary>
    private const int BufferLength = 16 << 10;

    /// <summary>After so long a wait it is looked whether to go on waiting.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private long _bytes;
    private long _movedAt;
    private long _writingSince = -1;
    private volatile bool _ended;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Carries until the source ends, which it passes on.</summary>
    /// <returns>Whether that is possible: not if something broke, or a stream can end only as a whole.</returns>
    public async Task<bool> RunAsync(ReadOnlyMemory<byte> first)
    {
        try
        {
            if (!first.IsEmpty) await WriteAsync(first).ConfigureAwait(false);
            while (await CarrySomeAsync().ConfigureAwait(false))
            {
            }

            bool passedOn = await TryEndAsync(to).ConfigureAwait(false);
            Volatile.Write(ref _movedAt, owner.Now);
            _ended = true;
            return passedOn;
        }
        catch (Exception exception) when (StreamConnection.IsStreamFailure(exception))
        {
            return false;
        }
    }

    /// <summary>Whether the receiver stalls, or the sender is silent after the other way has ended.</summary>
    public bool IsOverdue(long now, SpliceWay other)
    {
        long writingSince = Volatile.Read(ref _writingSince);
        if (writingSince >= 0 && now - writingSince >= Splice.StallTimeout.Ticks) return true;

        long lastMove = Math.Max(Volatile.Read(ref _movedAt), Volatile.Read(ref other._movedAt));
        return other._ended && !_ended && writingSince < 0 && now - lastMove >= Splice.HalfOpenTimeout.Ticks;
    }

    private async ValueTask<bool> CarrySomeAsync()
    {
        // Completes when there is something, so that those who wait hold no buffer.
        await from.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int length = await from.ReadAsync(buffer.AsMemory(0, BufferLength)).ConfigureAwait(false);
            if (length == 0) return false;
            await WriteAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Volatile.Write(ref _writingSince, owner.Now);
        await to.WriteAsync(bytes).ConfigureAwait(false);
        Volatile.Write(ref _writingSince, -1);
        Volatile.Write(ref _movedAt, owner.Now);
        Volatile.Write(ref _bytes, _bytes + bytes.Length);
        if (pace is not null) await WaitAsync(pace.Take(bytes.Length)).ConfigureAwait(false);
    }

    private async ValueTask WaitAsync(TimeSpan wait)
    {
        for (; wait > TimeSpan.Zero && !owner.IsAborted; wait -= LongestPause)
            await Task.Delay(wait < LongestPause ? wait : LongestPause, owner.Time).ConfigureAwait(false);
    }

    private static async ValueTask<bool> TryEndAsync(Stream stream)
    {
        switch (stream)
        {
            case NetworkStream network:
                network.Socket.Shutdown(SocketShutdown.Send);
                return true;
            case SslStream secure:
                await secure.ShutdownAsync().ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }
}
