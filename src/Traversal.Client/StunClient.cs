using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>Asks a STUN server over UDP for this machine's public address (RFC 8489 section 6). Thread-safe: it keeps nothing between queries.</summary>
public sealed class StunClient
{
    // A success response has 32 to 44 bytes of address and whatever software name the server adds; more is not an answer to this question.
    private const int MaxAnswerLength = 1500;

    private readonly TimeProvider _time;
    private readonly RandomSource _random;

    /// <summary>Creates a client.</summary>
    /// <param name="time">The clock of retransmissions; the system's if null.</param>
    /// <param name="random">Where transaction ids come from; the system's secure source if null.</param>
    public StunClient(TimeProvider? time = null, RandomSource? random = null)
    {
        _time = time ?? TimeProvider.System;
        _random = random ?? RandomSource.System;
    }

    /// <summary>Sends a Binding request, and again as RFC 8489 section 6.2.1 says, until it is answered: 39.5 seconds at most.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StunQueryException">No answer came, the server is unreachable, or it answered with an error.</exception>
    public async Task<StunBinding> QueryAsync(IPEndPoint server, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Connected, so that the kernel drops what others send and reports that nobody listens.
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            return await ExchangeAsync(socket, server, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException problem)
        {
            throw new StunQueryException($"{server} can't be reached: {problem.Message}");
        }
    }

    private async Task<StunBinding> ExchangeAsync(Socket socket, IPEndPoint server, CancellationToken cancellationToken)
    {
        long origin = _time.GetTimestamp();
        var transaction = new StunTransaction(TransactionId.Create(_random), RetransmissionSchedule.Unreliable, MonotonicTime.Zero);
        byte[] request = WriteRequest(transaction.Id);
        byte[] answer = new byte[MaxAnswerLength];
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<int> received = socket.ReceiveAsync(answer, SocketFlags.None, receiving.Token).AsTask();
        try
        {
            while (true)
            {
                switch (transaction.OnTime(Now(origin)))
                {
                    case StunTransactionStep.TimedOut:
                        throw new StunQueryException($"{server} did not answer.");
                    case StunTransactionStep.Send:
                        await socket.SendAsync(request, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                        break;
                }

                if (!await CompletesByAsync(received, transaction.NextDeadline - Now(origin), cancellationToken).ConfigureAwait(false)) continue;

                int length = await received.ConfigureAwait(false);
                if (TryReadAnswer(answer.AsSpan(0, length), transaction.Id, server, out TransportAddress mapped))
                {
                    TransportAddress local = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
                    return new StunBinding(mapped, local, TransportAddress.From(server), transaction.RoundTrip(Now(origin)));
                }

                received = socket.ReceiveAsync(answer, SocketFlags.None, receiving.Token).AsTask();
            }
        }
        finally
        {
            await receiving.CancelAsync().ConfigureAwait(false);
            await received.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
    }

    private static byte[] WriteRequest(in TransactionId id)
    {
        byte[] request = new byte[StunMessage.HeaderLength + 8];
        var writer = new StunMessageWriter(request, StunClass.Request, StunMethod.Binding, in id);
        writer.Finish(key: null, StunIntegrity.None, fingerprint: true);
        return request;
    }

    private static bool TryReadAnswer(ReadOnlySpan<byte> datagram, in TransactionId id, IPEndPoint server, out TransportAddress mapped)
    {
        mapped = default;
        if (StunMessage.TryParse(datagram, out StunMessage message) != StunParseStatus.Ok) return false;
        if (message.Method != StunMethod.Binding || message.TransactionId != id) return false;
        if (message.HasFingerprint && !message.IsFingerprintValid()) return false;

        if (message.Class == StunClass.ErrorResponse)
        {
            string code = message.TryGetErrorCode(out StunErrorCode error, out _) ? $"{(int)error}" : "no code";
            throw new StunQueryException($"{server} answered with an error: {code}.");
        }

        return message.Class == StunClass.SuccessResponse &&
            (message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out mapped) || message.TryGetAddress(StunAttributeType.MappedAddress, out mapped));
    }

    private MonotonicTime Now(long origin) => MonotonicTime.Zero + _time.GetElapsedTime(origin);

    private async Task<bool> CompletesByAsync(Task task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout <= TimeSpan.Zero) return task.IsCompleted;
        try
        {
            await task.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
