using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>Asks over UDP: sends again as RFC 8489 section 6.2.1 says, until something answers.</summary>
internal sealed class DatagramQuery(ClientEnvironment environment, StunClientOptions options, TransportAddress server)
{
    private readonly BindingRequest _request = new(environment.Random, in server);
    private readonly MonotonicClock _clock = new(environment.Time);

    public async Task<StunResult> RunAsync(CancellationToken cancellationToken)
    {
        // For one remote address, so that what others send is dropped and ICMP errors are told.
        NetworkResult<IDatagramSocket> opened = environment.Network.OpenDatagram(options.LocalAddress, in server);
        if (!opened.IsOk) return Unreachable(opened.Status);

        using IDatagramSocket socket = opened.Value;
        return await ExchangeAsync(socket, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StunResult> ExchangeAsync(IDatagramSocket socket, CancellationToken cancellationToken)
    {
        var transaction = new StunTransaction(_request.Id, options.Retransmission, _clock.Now);
        byte[] answer = new byte[BindingRequest.MaxAnswerLength];
        Task<ReceivedDatagram> received = socket.ReceiveAsync(answer).AsTask();
        while (true)
        {
            switch (transaction.OnTime(_clock.Now))
            {
                case StunTransactionStep.TimedOut:
                    return new StunResult(StunStatus.NoAnswer, in server);
                case StunTransactionStep.Send when Blocks(socket.Send(_request.Bytes.Span, in server), out StunResult? failure):
                    return failure;
            }

            TimeSpan wait = transaction.NextDeadline - _clock.Now;
            if (!await received.CompletesWithinAsync(wait, environment.Time, cancellationToken).ConfigureAwait(false)) continue;

            ReceivedDatagram datagram = await received.ConfigureAwait(false);
            StunResult? result = datagram.IsOk
                ? _request.Read(answer.AsSpan(0, datagram.Length), socket.LocalAddress, transaction.RoundTrip(_clock.Now))
                : Blocks(datagram.Status, out StunResult? failed) ? failed : null;
            if (result is not null) return result;

            received = socket.ReceiveAsync(answer).AsTask();
        }
    }

    // What is full or too long may be otherwise with the next transmission; what is refused is not.
    private bool Blocks(NetworkStatus status, out StunResult failure)
    {
        failure = Unreachable(status);
        return status is not (NetworkStatus.Ok or NetworkStatus.NoBuffer or NetworkStatus.TooLong);
    }

    private StunResult Unreachable(NetworkStatus status) => new(StunStatus.Unreachable, in server) { Detail = status.Describe() };
}
