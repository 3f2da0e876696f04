using System.Buffers.Binary;
using System.Diagnostics;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Cli.Turn;

/// <summary>Sends numbered datagrams to a peer that sends them back.</summary>
internal sealed class EchoProbe(RelayedSocket socket, TransportAddress peer)
{
    private const ulong Mark = 0x5472_6176_6572_7361; // "Traversa"
    private const int HeaderBytes = 16;
    private const int Window = 32;
    private const int LoadBytes = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(250);

    private readonly byte[] _buffer = new byte[2048];

    /// <summary>Sends one datagram every 20 ms.</summary>
    public async Task<RoundTrips> MeasureAsync(int count, CancellationToken cancellationToken)
    {
        long[] sentAt = new long[count];
        var times = new TimeSpan?[count];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = SendPacedAsync(sentAt, enough);
        for (int received = 0; received < count && await NextAsync(enough.Token).ConfigureAwait(false) is { } number;)
        {
            if (number >= (ulong)count || times[number] is not null || sentAt[number] == 0) continue;

            times[number] = Stopwatch.GetElapsedTime(sentAt[number]);
            received++;
        }

        await enough.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return new RoundTrips(times);
    }

    /// <summary>Keeps 32 datagrams of 1,000 bytes on the way for a second.</summary>
    public async Task<Throughput> LoadAsync(CancellationToken cancellationToken)
    {
        byte[] datagram = new byte[LoadBytes];
        int sent = 0, received = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < LoadTime)
        {
            // Whatever was lost is made up for.
            for (int i = 0; i < Window; i++) Send(datagram, (ulong)sent++);
            using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stalled.CancelAfter(Stall);
            while (Stopwatch.GetElapsedTime(start) < LoadTime && await NextAsync(stalled.Token).ConfigureAwait(false) is not null)
            {
                received++;
                Send(datagram, (ulong)sent++);
                stalled.CancelAfter(Stall);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        return new Throughput(sent, received, LoadBytes, Stopwatch.GetElapsedTime(start));
    }

    private async Task SendPacedAsync(long[] sentAt, CancellationTokenSource enough)
    {
        byte[] datagram = new byte[160];
        using var pace = new PeriodicTimer(Interval);
        for (int i = 0; i < sentAt.Length; i++)
        {
            sentAt[i] = Stopwatch.GetTimestamp();
            Send(datagram, (ulong)i);
            await pace.WaitForNextTickAsync(enough.Token).ConfigureAwait(false);
        }

        enough.CancelAfter(Patience);
    }

    private void Send(byte[] datagram, ulong number)
    {
        BinaryPrimitives.WriteUInt64BigEndian(datagram, Mark);
        BinaryPrimitives.WriteUInt64BigEndian(datagram.AsSpan(8), number);
        socket.Send(datagram, in peer);
    }

    // The number of the next datagram that is one of these; null when there is none in time.
    private async ValueTask<ulong?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ReceivedDatagram arrival = await socket.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
                if (arrival.Status == NetworkStatus.Closed) return null;
                if (arrival.IsOk && arrival.Length >= HeaderBytes && BinaryPrimitives.ReadUInt64BigEndian(_buffer) == Mark)
                    return BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(8));
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
